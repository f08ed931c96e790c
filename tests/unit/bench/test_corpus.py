"""The generated compose texts."""

from __future__ import annotations

from chalicelib.domain.compose import plan_compose
from infra.bench.compose import Placeholders
from infra.bench.corpus import texts


def test_every_shape_of_text_is_planned_and_no_two_are_the_same() -> None:
    made = texts(400)

    plans = [plan_compose(text, variables=Placeholders()) for text in made]

    assert len(set(made)) == 400
    assert {len(plan.services) for plan in plans} >= {1, 2, 3, 6}
    assert all(plan.route for plan in plans)


def test_corpus_is_the_same_in_every_run() -> None:
    assert texts(30) == texts(40)[:30]
