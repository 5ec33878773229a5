"""People: they read, write, vote, link and ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecosystem.core.compiled import compiled
from ecosystem.core.streams import Streams, child_keys, name_key
from ecosystem.core.table import Table, column
from ecosystem.core.threads import in_pieces, share_out
from ecosystem.world.settings.humans import HumanParameters

__all__ = ["NOBODY", "Humans"]

NOBODY = -1


class Humans(Table):
    """People, one row each. What many scenarios make alike for everybody is sparse."""

    key = column(np.uint64, unit="key", meaning="identity")
    domain = column(np.int32, unit="domain", meaning="field they live and write in")
    home = column(np.int16, unit="curator", meaning="habitual curator; -1 for none", default=-1)
    assistant = column(np.int16, unit="lab", meaning="lab whose assistant they use; -1 for none", default=NOBODY)
    skill = column(np.float32, unit="probability", meaning="chance that a first-hand statement is right")
    activity = column(np.float32, unit="items per month", meaning="items written at a motivation of 1")
    grounding = column(np.float32, unit="share", meaning="share of items taken from reality", sparse=True)
    reliance = column(
        np.float32, unit="probability", meaning="chance that a draft comes from the assistant", sparse=True
    )
    aversion = column(np.float32, unit="share", meaning="appeal lost where AI is seen", sparse=True)
    voice = column(np.float32, unit="style units", meaning="own mean style", shape=("styles",))
    signs = column(
        np.bool_, unit="yes or no", meaning="signs its work whether that pays or not", default=False, sparse=True
    )
    opts_out = column(np.bool_, unit="yes or no", meaning="opts its items out of training", default=False, sparse=True)
    motivation = column(np.float32, unit="ratio", meaning="multiplies activity", default=1, sparse=True)
    expectation = column(
        np.float32,
        unit="reward",
        meaning="reward per month it has got used to; NaN before the first",
        default=np.nan,
        sparse=True,
    )
    paid = column(
        np.float32,
        unit="USD",
        meaning="what it was paid in the last month; 0 throughout where pay moves nobody",
        sparse=True,
    )
    satisfaction = column(
        np.float32,
        unit="share",
        meaning="share of own questions answered right; NaN before the first",
        default=np.nan,
        sparse=True,
    )
    reference = column(
        np.float32,
        unit="share",
        meaning="satisfaction it has got used to; NaN before the first",
        default=np.nan,
        sparse=True,
    )
    met = column(
        np.float32,
        unit="share",
        meaning="share of reads at home it upvoted, averaged over months; NaN before the first",
        default=np.nan,
        sparse=True,
    )
    authority = column(
        np.float32, unit="ratio", meaning="PageRank in multiples of an unlinked author", default=1, sparse=True
    )

    def settle(self, count: int, demand: NDArray[np.float64]) -> None:
        """Bring ``count`` people into the world, spread over the domains by ``demand`` (domains,).

        Places are taken along the golden-ratio sequence: every prefix of it covers the domains evenly,
        and one more person moves nobody.
        """
        who = np.arange(count)
        keys = child_keys(np.full(count, name_key("human")), 0, who)
        place = np.mod((who + 0.5) * GOLDEN, 1.0)
        running = np.cumsum(demand)
        domain = np.searchsorted(running / running[-1], place, side="right") if len(demand) else who
        self.append(count, key=keys, domain=np.minimum(domain, len(demand) - 1).astype(np.int32))

    def endow(self, settings: HumanParameters, means: NDArray[np.float64], draw: Streams) -> None:
        """Set everything that people are born with under the settings in force.

        Draws are those of step 0 whatever the month, so a later change of a setting moves each person
        along its own quantile. ``means``: mean style of each domain, shape (domains, styles).
        """
        origin = Streams(draw.seed, 0)
        share = origin.uniform("human.activity", self.key)
        self.activity = settings.activity * _heavy(share, settings.activity_tail, settings.activity_cap)
        self.skill = 1.0 if settings.always_right else _skilled(settings, origin.uniform("human.skill", self.key))
        self.grounding = _tilted(settings.grounding, origin.uniform("human.grounding", self.key))
        self.reliance = _tilted(settings.reliance, origin.uniform("human.reliance", self.key))
        self.aversion = _tilted(settings.aversion, origin.uniform("human.aversion", self.key))
        self.signs = origin.chance("human.signs", self.key, settings.signing)
        self.opts_out = origin.chance("human.opts_out", self.key, settings.opting_out)
        own = origin.normal("human.voice", self.key, self.dims["styles"])
        self.voice = means[self.domain] + settings.between * own

    def spoken(
        self,
        rows: NDArray[np.int64],
        decision: str,
        keys: NDArray[np.uint64],
        settings: HumanParameters,
        draw: Streams,
    ) -> NDArray[np.float32]:
        """Style of texts in the own voice of the people at ``rows``, shape (texts, styles).

        Args:
            rows: who says it, shape (texts,).
            decision: names the draws.
            keys: identity of each text, shape (texts,).
            settings: how far people vary, and in what manner.
            draw: streams of the month.
        """
        style = np.empty((len(keys), self.dims["styles"]), dtype=np.float32)
        self.speak(rows, decision, keys, settings, draw, np.zeros(1), style)
        return style

    def speak(
        self,
        rows: NDArray[np.int64],
        decision: str,
        keys: NDArray[np.uint64],
        settings: HumanParameters,
        draw: Streams,
        drafted: NDArray[np.float64],
        style: NDArray[np.float32],
    ) -> None:
        """As :meth:`spoken`, of texts for which somebody has drafted a share: what is drafted is mixed in.

        Args:
            rows: see :meth:`spoken`.
            decision: see :meth:`spoken`.
            keys: see :meth:`spoken`.
            settings: see :meth:`spoken`.
            draw: see :meth:`spoken`.
            drafted: the share of each text that was drafted, shape (texts,) or one number for all.
            style: that of the drafts where there is one; becomes that of the texts. Shape (texts, styles).
        """
        voice = self.voice

        def work(start: int, stop: int) -> None:
            part = slice(start, stop)
            share = drafted if len(drafted) == 1 else drafted[part]
            noise = self._noise(decision, keys[part], settings, draw)
            _speak(rows[part], voice, settings.within, noise, share, style[part])

        in_pieces(work, len(keys), TOGETHER)

    def _noise(
        self, decision: str, keys: NDArray[np.uint64], settings: HumanParameters, draw: Streams
    ) -> NDArray[np.float64]:
        """How texts differ from their authors' voices, of variance 1, shape (texts, styles)."""
        if settings.noise == "uniform":
            # Of the same random bits as the normal, so that each text keeps its quantile.
            return SPREAD_OF_UNIFORM * (2 * draw.uniforms(decision, keys, self.dims["styles"]) - 1)
        return draw.normal(decision, keys, self.dims["styles"])


GOLDEN = (np.sqrt(5) - 1) / 2
SPREAD_OF_UNIFORM = np.sqrt(3)
"""Half the width of the uniform distribution about 0 whose standard deviation is 1."""


TOGETHER = 8192
"""Texts that are given a style together: half a megabyte for eight dimensions, however many texts there are. Measured:
four times as many take as long."""


@compiled
def _speak(
    rows: NDArray[np.int64],
    voice: NDArray[np.float32],
    within: float,
    noise: NDArray[np.float64],
    drafted: NDArray[np.float64],
    style: NDArray[np.float32],
) -> None:
    """Fill in ``style`` (texts, styles): voice and noise of the people at ``rows``, and what is drafted already.

    Args:
        rows: who says it, shape (texts,).
        voice: of all people, shape (people, styles).
        within: standard deviation of what is added to it.
        noise: in these units, shape (texts, styles).
        drafted: share of each text that is drafted, shape (texts,), or one number for all.
        style: holds the style of drafts where there is one.
    """
    same = drafted.size == 1
    for i in range(np.uint64(rows.size)):
        share, person = drafted[0] if same else drafted[i], np.uint64(rows[i])
        for axis in range(np.uint64(style.shape[1])):
            own = voice[person, axis] + within * noise[i, axis]
            style[i, axis] = own if share == 0.0 else (1 - share) * own + share * style[i, axis]


def _skilled(settings: HumanParameters, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances of being right, by a Beta distribution, at shares of people below; shape of ``share``."""
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import

    a, b = settings.skill * settings.skill_spread, (1 - settings.skill) * settings.skill_spread
    return np.concatenate(share_out(lambda start, stop: betaincinv(a, b, share[start:stop]), len(share)))


def _heavy(share: NDArray[np.float64], tail: float, cap: float) -> NDArray[np.float64]:
    """Values of mean 1, Pareto with exponent ``tail`` up to about ``cap`` times the mean, shape of ``share``."""
    least = (tail - 1) / tail  # of a Pareto distribution of mean 1 without a cap
    mean = least * (tail - (least / cap) ** (tail - 1)) / (tail - 1)  # of the smaller of value and cap
    return np.minimum(least * (1 - share) ** (-1 / tail), cap) / mean


def _tilted(mean: float, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in [0, 1] with that mean, spread as far as a uniform draw of slope 1 allows.

    A uniform distribution around the mean that just touches 0 or 1; exact at 0 and 1.
    """
    return mean + min(mean, 1 - mean) * (2 * share - 1)
