"""Crawl terms and what labs pay for trainings, as recorded month by month."""

from __future__ import annotations

import numpy as np

from ecosystem.world.ledger import Kind, Reason
from tests.randomness.worlds import document, web


def test_spending_on_trainings_is_what_the_ledger_says() -> None:
    model = web(document())
    trained = 0
    for _ in range(24):
        model.step()
        spent = model.recorder.latest("labs", "training_spend")
        ledger = model.world.ledger
        assert round(spent.sum(), 2) == ledger.flow(payer=Kind.LAB, payee=Kind.SUPPLIERS, reason=Reason.TRAINING)
        labs = model.labs.values()
        now = np.array([lab.trained_at == model.world.clock.step - 1 for lab in labs])
        np.testing.assert_array_equal(spent > 0, now & np.array([lab.settings.training_cost > 0 for lab in labs]))
        trained += int(np.count_nonzero(spent))
    assert trained > 2


def test_hosts_are_closed_unless_their_terms_are_open() -> None:
    terms = ["open", "opt_out", "licence"]
    content = document()
    names = [curator["name"] for curator in content["curators"]]
    for at, curator in enumerate(content["curators"]):
        curator["crawl"] = terms[at % 3]
    content["shocks"] = [{"at": "2020-03", "set": {f"curators.{names[0]}.crawl": "licence"}}]
    model = web(content)
    for step in range(4):
        model.step()
        expected = [float(at % 3 > 0) for at in range(len(names))]
        expected[0] = float(step >= 2)
        assert model.recorder.latest("curators", "closed").tolist() == expected
