"""When something that fades has become too light to keep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORGOTTEN", "heaviest", "lasting"]

FORGOTTEN = 1e-9
"""Weight, relative to the heaviest of its group, at which something is forgotten.

assumption: a billion of them would count as one, and draws by weight do not tell them from nothing
(`ecosystem.core.sampling`: a relative error of 5e-10).
"""


def heaviest(weight: NDArray[np.float64], group: NDArray[np.integer], groups: int) -> NDArray[np.float64]:
    """Weight of the heaviest of each one's group, shape of ``weight``; ``group`` numbers from 0 to groups - 1."""
    top = np.zeros(groups)
    np.maximum.at(top, group, weight)
    found: NDArray[np.float64] = top[group]
    return found


def lasting(weight: NDArray[np.float64], group: NDArray[np.integer], groups: int) -> NDArray[np.bool_]:
    """Whether each weighs enough beside the heaviest of its group to be kept; weight 0 never does."""
    return weight > FORGOTTEN * heaviest(weight, group, groups)
