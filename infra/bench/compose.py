"""Templates planned in a second of processor time, beside PyYAML's C loader that only reads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.errors import InvalidPlan
from infra.bench.corpus import texts
from infra.bench.rows import Row, median
from infra.bench.run import Run

SIZE = 500
"""Texts of the generated corpus."""


class Placeholders(Mapping[str, str]):
    """A value for every variable that a text may ask for."""

    def __getitem__(self, name: str) -> str:
        """Give the placeholder."""
        return "8080" if name.endswith("PORT") else "placeholder"

    def __iter__(self) -> Iterator[str]:
        """Name none: there is no end of them."""
        return iter(())

    def __len__(self) -> int:
        """Count none."""
        return 0

    def __contains__(self, _name: object) -> bool:
        """Have each."""
        return True


def measure(run: Run) -> Iterator[Row]:
    """Measure the generated corpus, and the files of the folder that HOSTER_CATALOGUE names."""
    yield from _measured(run, "generated", texts(SIZE))
    folder = os.environ.get("HOSTER_CATALOGUE")
    if folder:
        paths = sorted(p for p in Path(folder).rglob("*") if p.suffix in {".yaml", ".yml"})
        yield from _measured(run, "catalogue", [p.read_text(errors="replace") for p in paths])


def _measured(run: Run, case: str, corpus: Sequence[str]) -> Iterator[Row]:
    planned: list[float] = []
    loaded: list[float] = []
    slowest: list[float] = []
    for _ in run.rounds(case):
        each = [_timed(_plan, text) for text in corpus]
        planned.append(len(corpus) / sum(each))
        slowest.append(1000 * max(each))
        loaded.append(len(corpus) / sum(_timed(_load, text) for text in corpus))
    count = len(planned)
    accepted = sum(_plan(text) for text in corpus)
    rate = median(planned)
    yield Row("compose", case, "planned", "1/s", rate, count, median(loaded), "CSafeLoader alone")
    yield Row("compose", case, "slowest text", "ms", median(slowest), count)
    yield Row("compose", case, "texts", "1", len(corpus), 1)
    yield Row("compose", case, "texts refused", "1", len(corpus) - accepted, 1)
    kilobytes = sum(len(text) for text in corpus) / len(corpus) / 1000
    yield Row("compose", case, "mean size", "kB", round(kilobytes, 2), 1)


def _timed(work: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    work(text)
    return time.process_time() - began


def _plan(text: str) -> bool:
    """Plan a text; whether it is accepted. A refusal is an answer too."""
    try:
        plan_compose(text, variables=Placeholders(), lenient=True)
    except InvalidPlan:
        return False
    return True


def _load(text: str) -> None:
    try:
        yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return
