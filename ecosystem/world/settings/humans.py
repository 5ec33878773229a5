"""What a scenario may say about people."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import model_validator

from ecosystem.core.networks import NETWORKS, Network
from ecosystem.core.parameters import Parameters, param
from ecosystem.core.registry import chosen_from
from ecosystem.world.settings.assistants import AssistantParameters

__all__ = ["ASSISTED_SHARES", "HumanParameters"]


ASSISTED_SHARES = (0.05, 0.25, 0.55, 0.85)
"""Mid-points of Ahrefs' classes 1-10, 11-40, 41-70, 71-99 % (April 2025)."""


class HumanParameters(Parameters):
    """What people are like and do."""

    activity: float = param(
        0.4,
        ge=0,
        le=1000,
        unit="items per month",
        role="uncertainty",
        source="assumption: two of five write something in a month on average, most of it from few",
        meaning="mean number of items that a person writes",
    )
    activity_tail: float = param(
        1.5,
        gt=1,
        le=10,
        unit="exponent",
        role="uncertainty",
        source="assumption: 3 % of posters write about 30 % of posts (Usenet, Whittaker et al. 1998: 25 %)",
        meaning="Pareto exponent of activity across people",
    )
    activity_cap: float = param(
        30.0,
        gt=1,
        unit="ratio to the mean",
        role="uncertainty",
        source="assumption: each simulated person stands for thousands, among whom the most extreme average out",
        meaning="most that anyone writes, relative to the mean person",
    )
    skill: float = param(
        0.8,
        gt=0,
        lt=1,
        unit="probability",
        role="uncertainty",
        source="assumption: four of five first-hand statements are right",
        meaning="mean chance that a statement taken from reality is right",
    )
    skill_spread: float = param(
        10.0,
        gt=0,
        unit="pseudo-counts",
        role="uncertainty",
        source="assumption: most people between 0.6 and 0.95",
        meaning="concentration a + b of the Beta distribution of skill",
    )
    always_right: bool = param(
        False,
        unit="yes or no",
        source="assumption: nobody is",
        meaning="people never err; overrides skill, for reduced settings",
    )
    grounding: float = param(
        0.7,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: two of three items say something first-hand",
        meaning="share of a person's items whose idea is taken from reality rather than from what was read",
    )
    invention: float = param(
        0.0,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="0: new ideas come up by themselves, as reality.domains[].novelty says",
        meaning="chance that what a person says first-hand is an idea that nobody has said before, "
        "Simon 1955, doi:10.1093/biomet/42.3-4.425",
    )
    between: float = param(
        1.0,
        ge=0,
        unit="style units",
        role="constant",
        source="the unit of style",
        meaning="standard deviation of people's voices around their domain's mean, per dimension",
    )
    within: float = param(
        0.5,
        ge=0,
        unit="style units",
        role="uncertainty",
        source="assumption: people differ more from each other than from themselves",
        meaning="standard deviation of one person's items around its voice, per dimension",
    )
    noise: Literal["normal", "uniform"] = param(
        "normal",
        unit="name",
        source="assumption: many small causes add up",
        meaning="how one person's items are distributed about its voice; within is the standard deviation of either",
    )
    attention: int = param(
        20,
        ge=0,
        le=10_000,
        unit="reads per month",
        role="uncertainty",
        source="assumption: enough for votes to mean something",
        meaning="simulated reads of each person",
    )
    views_per_read: float = param(
        10.0,
        gt=0,
        unit="page views",
        role="uncertainty",
        source="assumption: some 200 pages a month from 20 simulated reads",
        meaning="real page views that one simulated read stands for",
    )
    follow: float = param(
        0.2,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: a fifth of reading comes from people one follows",
        meaning="share of reads taken from followed authors rather than from rankings",
    )
    focus: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: half of reading is in one's own field",
        meaning="share of reads in one's own domain; the rest follows demand",
    )
    home_share: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: half of reading is at one's habitual place",
        meaning="share of ranked reads at the home curator; the rest follows curators' audiences",
    )
    network: Annotated[Network, chosen_from(NETWORKS)] = param(
        default_factory=NETWORKS.get("barabasi_albert"),
        unit="generator",
        role="uncertainty",
        source="followers are heavy-tailed, Barabasi and Albert 1999, doi:10.1126/science.286.5439.509",
        meaning="who follows whom",
    )
    discernment: float = param(
        0.6,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: six of ten readers reward what they can see is right",
        meaning="chance that a reader upvotes a right item where right and wrong can be told apart entirely",
    )
    appeal: float = param(
        0.2,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: one read in five pleases",
        meaning="chance of an upvote for a fluent item on an idea nobody else tells, where nothing can be verified",
    )
    novelty_taste: float = param(
        0.3,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: rarity matters less than fluency",
        meaning="weight of an idea's rarity in appeal, against fluency",
    )
    aversion: float = param(
        0.5,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: half, near the 46 % of developers who distrust AI output (Stack Overflow survey 2025)",
        meaning="mean share of appeal lost where an item is labelled or recognised as AI",
    )
    recognition: float = param(
        0.1,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="non-experts are near chance, arXiv:2501.15654; assumption: one in ten is an expert",
        meaning="chance that a reader recognises an unlabelled synthetic item",
    )
    signing: float = param(
        0.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="assumption: no signatures without a standard",
        meaning="share of people who sign their work, whether that pays or not",
    )
    signing_cost: float | None = param(
        None,
        ge=0,
        unit="USD per month",
        role="uncertainty",
        source="none: nobody else signs",
        meaning="what signing costs the most reluctant, others any part of it; who gains as much by it signs as well",
    )
    opting_out: float = param(
        0.0,
        ge=0,
        le=1,
        unit="share",
        role="lever",
        source="assumption: hosts opt out, rarely people",
        meaning="share of people who opt their own items out of training",
    )
    substitution: float = param(
        0.8,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="by hand, from the 16 % causal fall of Stack Overflow posts (arXiv:2307.07367) to the later halving",
        meaning="share of posts that asking a perfect assistant replaces",
    )
    reliance: float = param(
        0.4,
        ge=0,
        le=1,
        unit="probability",
        role="uncertainty",
        source="assumption: two of five drafts",
        meaning="mean chance that an item's draft comes from the writer's assistant, if it has one",
    )
    assistance: tuple[Annotated[float, Ge(0)], ...] = param(
        (0.138, 0.361, 0.286, 0.215),
        unit="weights",
        role="uncertainty",
        source="mixed pages by AI fraction, Ahrefs April 2025: 9.9, 25.9, 20.5, 15.5 % of pages",
        meaning="how often an assisted item is synthetic to 5, 25, 55 and 85 %",
    )
    moving: float = param(
        0.1,
        ge=0,
        unit="share per month",
        role="uncertainty",
        source="assumption: motivation follows reward within a year",
        meaning="speed at which motivation follows reward over expectation",
    )
    habit: float = param(
        0.1,
        ge=0,
        le=1,
        unit="share per month",
        role="uncertainty",
        source="assumption: expectations adapt within a year",
        meaning="speed at which the expected reward follows the reward (hedonic adaptation)",
    )
    least_reward: float = param(
        0.2,
        gt=0,
        unit="reward",
        role="uncertainty",
        source="assumption: two readers a month are the least that keeps anyone writing",
        meaning="expected reward never falls below it, so that nobody gets used to nothing",
    )
    view_reward: float = param(
        0.1,
        ge=0,
        unit="votes per view",
        role="uncertainty",
        source="assumption: ten readers please as much as one upvote",
        meaning="worth of a view in units of an upvote",
    )
    pay_reward: float = param(
        0.0,
        ge=0,
        unit="votes per USD",
        role="uncertainty",
        source="0: pay moves nobody",
        meaning="worth of a dollar of pay for what one writes, in units of an upvote",
    )
    settling: int = param(
        12,
        ge=0,
        unit="months",
        role="constant",
        source="the longest window of the baseline's curators fills in that time",
        meaning="first months, while the web fills up: people form expectations, but neither move nor lose heart",
    )
    false_flag: float = param(
        0.1,
        ge=0,
        le=1,
        unit="share",
        role="uncertainty",
        source="assumption: one wrong accusation costs a tenth of motivation",
        meaning="motivation lost per human item removed, downranked or labelled as synthetic",
    )
    taste: float = param(
        5.0,
        ge=0,
        unit="utility per vote per read",
        role="uncertainty",
        source="assumption: twenty more liked items in a hundred make a place e times as attractive",
        meaning="weight of what one finds at a curator in the choice of a home",
    )
    disgust: float = param(
        0.0,
        ge=0,
        unit="utility per share of reads",
        role="uncertainty",
        source="0: AI costs a place its readers only as far as it costs it votes",
        meaning="weight of the AI that one sees at a curator in the choice of a home, to someone wholly averse to it",
    )
    assistants: AssistantParameters = AssistantParameters()

    @model_validator(mode="after")
    def _four_levels(self) -> HumanParameters:
        if len(self.assistance) != len(ASSISTED_SHARES) or sum(self.assistance) <= 0:
            message = f"assistance needs {len(ASSISTED_SHARES)} weights, not all zero"
            raise ValueError(message)
        return self
