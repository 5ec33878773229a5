"""The commented file that a new study starts from."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

__all__ = ["study_starter"]

_TEXT = Template("""\
# $name: say here in a sentence what this study asks, and how to read the answer.
#
# What would be run: ecosystem study $name --dry-run      Run it: ecosystem study $name

name = "$name"
title = ""                        # the question, for figures and reports
scenario = "$scenario"
seed = 0
replicates = 5                    # runs of each point that differ in their seed
design = "latin_hypercube"        # or factorial, sobol (samples a power of 2), morris, sweep
samples = 64                      # points over the uncertainties
# levels = 4                      # values of each range: factorial, morris
# tables = ["web"]                # monthly tables to keep of every run; what is left after a policy ends needs them

# --- what is taken from every run: at = "end", "all", "last 12" or a month; fails and better are optional
[[outcomes]]
metric = "labs.accuracy"          # every metric: ecosystem list measures
at = "last $months"
label = "accuracy"
better = "higher"                 # for regret
fails = "< 0.5"                   # for regime maps and scenario discovery

[[outcomes]]
metric = "web.synthetic_share"
at = "last $months"
label = "synthetic share"
better = "lower"

# --- the same at all points
[set]
"scale.humans" = 2_000

# --- what somebody can choose: lists of values, all combined
[levers]
$levers
# "publishers.api_factor" = [0.5, 1.0, 2.0]

# --- what nobody knows: [low, high], or a distribution
[uncertainties]
"humans.activity" = [0.1, 0.6]
"humans.grounding" = { distribution = "triangular", low = 0.2, mode = 0.7, high = 0.9 }
# others: uniform, loguniform (low, high), normal (mean, sd), truncnorm (mean, sd, low, high), choice (values)
""")


def study_starter(name: str, scenario: str, months: int, policies: Sequence[str]) -> str:
    """The text of a new study file.

    Args:
        name: of the study.
        scenario: that it varies, as it should stand in the file.
        months: over which outcomes are averaged.
        policies: names of policy files there are.
    """
    choices = ", ".join(f'"{policy}"' for policy in ("none", *policies[:2]))
    lever = f"policy = [{choices}]".ljust(33) + ' # files of scenarios/policies; two at once: "a + b"'
    return _TEXT.substitute(name=name, scenario=scenario, months=months, levers=lever)
