"""When something that fades is too light to keep."""

from __future__ import annotations

import numpy as np
import pytest

from ecosystem.core.fading import FORGOTTEN, heaviest, lasting


@pytest.mark.parametrize("scale", [1.0, 1e-10, 1e-140, 1e9])
def test_only_what_is_light_beside_the_heaviest_of_its_group_is_dropped(scale: float) -> None:
    weight = scale * np.array([1.0, 2 * FORGOTTEN, FORGOTTEN / 2, FORGOTTEN / 2, 0.0])
    group = np.array([0, 0, 0, 2, 2])
    assert lasting(weight, group, 3).tolist() == [True, True, False, True, False]
    assert heaviest(weight, group, 3).tolist() == weight[[0, 0, 0, 3, 3]].tolist()


def test_nothing_lasts_of_what_weighs_nothing() -> None:
    assert not lasting(np.zeros(3), np.zeros(3, dtype=np.int64), 1).any()
    assert lasting(np.empty(0), np.empty(0, dtype=np.int64), 0).shape == (0,)
