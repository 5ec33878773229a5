"""A chord diagram of payments: a sector for each kind of account, a ribbon for each flow between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import matplotlib as mpl
import numpy as np

from analysis.scales import short
from analysis.style import HUMAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec
    from matplotlib.projections.polar import PolarAxes

KINDS = {
    "suppliers": ("suppliers", "#A9A9A9"),
    "state": ("the state", "#6E6E6E"),
    "curator": ("curators", "#009E73"),
    "people": ("people", HUMAN),
    "publisher": ("publishers", "#CC79A7"),
    "lab": ("labs", "#E69F00"),
    "advertisers": ("advertisers", "#333333"),
    "customers": ("API customers", "#56B4E9"),
    "investors": ("investors", "#8A8A8A"),
}
"""Name and colour of each kind, clockwise from the top, so that those who pay one another most are not
neighbours: ribbons between neighbours are pinched. The colours are those of the house: each of those inside
has its own, those outside but people and customers are grey or nearly so."""

UNKNOWN = "#C9C9C9"
"""Colour of a kind that has none of its own."""

GAP = 4.0
"""Degrees between two sectors."""

SLANT = 0.35
"""Sine of the 20 degrees about top, bottom and sides in which a label is centred on its place."""

RIM, SHORT_OF_IT = 94.0, 87.0
"""Radius at which ribbons leave who pays and at which they end before who is paid; the circle has 100."""


@dataclass(frozen=True, eq=False)  # each is a key of its own
class Flow:
    """What one kind paid another in the window, USD, and for what."""

    payer: str
    payee: str
    reasons: dict[str, float]

    @property
    def usd(self) -> float:
        """Sum over the reasons."""
        return sum(self.reasons.values())


def name_of(kind: str) -> str:
    """The name that a kind is shown under."""
    return KINDS.get(kind, (kind, UNKNOWN))[0]


def color_of(kind: str) -> str:
    """Its colour."""
    return KINDS.get(kind, (kind, UNKNOWN))[1]


def chord(figure: Figure, place: SubplotSpec, flows: Sequence[Flow]) -> None:
    """Draw a sector for each kind, as wide as what it pays and gets, and a ribbon for each flow."""
    with mpl.rc_context():  # its import changes how every figure is saved
        from pycirclize import Circos  # noqa: PLC0415 - brings pyplot with it, which no other figure needs
    axes = cast("PolarAxes", figure.add_subplot(place, projection="polar"))
    turnover: dict[str, float] = {}
    for flow in flows:
        for kind in (flow.payer, flow.payee):
            turnover[kind] = turnover.get(kind, 0.0) + flow.usd
    order = [kind for kind in KINDS if kind in turnover] + sorted(set(turnover) - set(KINDS))
    circos = Circos({kind: turnover[kind] for kind in order}, space=GAP)
    for sector in circos.sectors:
        sector.add_track((RIM, 100)).axis(fc=color_of(sector.name), ec="none")
    paid, got = _places(flows, order)
    for flow in flows:
        ends = [(kind, at, at + flow.usd) for kind, at in ((flow.payer, paid[flow]), (flow.payee, got[flow]))]
        circos.link(
            *ends, RIM, SHORT_OF_IT, color=color_of(flow.payer), alpha=0.92, allow_twist=False, lw=0.5, ec="white"
        )
    circos.plotfig(ax=axes)
    names = [f"{name_of(kind)}\n{short(turnover[kind])}" for kind in order]
    _labels(axes, names, [sector.x_to_rad(sector.center) for sector in circos.sectors])


def _labels(axes: PolarAxes, names: Sequence[str], middles: Sequence[float]) -> None:
    """Write names outside the circle, upright, each with a line to the middle of its sector, radians."""
    for name, middle, at in zip(names, middles, _apart(middles), strict=True):
        across, up = np.sin(at), np.cos(at)
        side = "center" if abs(across) < SLANT else "left" if across > 0 else "right"
        height = "bottom" if up > SLANT else "top" if up < -SLANT else "center"
        axes.annotate(
            name,
            xy=(middle, 100.0),
            xytext=(at, 106.0),
            ha=side,
            va=height,
            fontsize=7.5,
            linespacing=1.1,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": "#888888", "linewidth": 0.6, "shrinkA": 0.0, "shrinkB": 0.0},
        )


def _apart(middles: Sequence[float]) -> list[float]:
    """Angles of labels, near those of their sectors and far enough from one another to be read, radians."""
    angles = np.array(middles)
    for _ in range(200 if len(angles) > 1 else 0):  # assumption: ample; a handful of labels settles in a few dozen
        following = np.roll(angles, -1)
        following[-1] += 2 * np.pi
        between = (angles + following) / 2
        # Names are wider than high: above and below they need more room than at the sides.
        wanted = np.radians(9 + 19 * np.cos(between) ** 2)  # read off drawn sheets
        short_by = np.maximum(wanted - (following - angles), 0.0)
        angles += 0.25 * (np.roll(short_by, 1) - short_by)
    return [float(angle) for angle in angles]


def _places(flows: Sequence[Flow], order: Sequence[str]) -> tuple[dict[Flow, float], dict[Flow, float]]:
    """Where each flow begins within the sector of its payer, and within that of its payee.

    The farther clockwise the other end lies, the earlier in the sector: ribbons then cross least.
    """
    paid: dict[Flow, float] = {}
    got: dict[Flow, float] = {}
    for position, kind in enumerate(order):
        ends = [(flow, flow.payee, paid) for flow in flows if flow.payer == kind]
        ends += [(flow, flow.payer, got) for flow in flows if flow.payee == kind]
        ends.sort(key=lambda end: -((order.index(end[1]) - position) % len(order)))
        at = 0.0
        for flow, _, places in ends:
            places[flow] = at
            at += flow.usd
    return paid, got
