"""Figures, their middles and how they are shown."""

from __future__ import annotations

import pytest

from infra.bench.rows import Row, differences, median, percentile, table


def test_row_is_what_the_contract_says_with_a_peer() -> None:
    row = Row("deploy", "one service", "click to running", "s", 4.5, 5, 3.0, "docker")

    assert row.as_json() == {
        "bench": "deploy",
        "case": "one service",
        "metric": "click to running",
        "unit": "s",
        "ours": 4.5,
        "peer": 3.0,
        "peer_name": "docker",
        "ratio": 1.5,
        "samples": 5,
    }


def test_row_without_a_peer_has_no_ratio() -> None:
    row = Row("api", "emulator", "no-op Lambda p50", "ms", 8.5, 200)

    assert row.as_json()["peer"] is None
    assert row.as_json()["ratio"] is None


@pytest.mark.parametrize(("values", "middle"), [([3.0, 1.0, 2.0], 2.0), ([1.0, 2.0], 1.5)])
def test_median_is_the_middle(values: list[float], middle: float) -> None:
    assert median(values) == middle


@pytest.mark.parametrize(("percent", "value"), [(1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)])
def test_percentile_of_a_hundred_values_is_that_one_of_them(percent: int, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], percent) == value


def test_percentile_of_few_values_is_one_of_them() -> None:
    assert percentile([5.0, 7.0], 99) == 7.0
    assert percentile([5.0, 7.0], 50) == 5.0


def test_differences_are_taken_within_each_round() -> None:
    assert differences([5.0, 9.0], [3.0, 4.0], [1.0, 2.0]) == [1.0, 3.0]


def test_differences_of_unequal_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        differences([5.0, 9.0], [3.0])


def test_table_names_a_case_once_and_keeps_its_figures_apart() -> None:
    shown = table(
        [
            Row("deploy", "one service", "click to running", "s", 4.5, 5, 3.0, "docker"),
            Row("deploy", "one service", "overhead over docker", "s", 1.5, 5),
            Row("compose", "generated", "planned", "1/s", 12345.0, 5),
        ]
    ).splitlines()

    told = [" ".join(line.split()) for line in shown]
    assert told[1:] == [
        "one service click to running 4.5 s 3 s 1.50 5 docker",
        "overhead over docker 1.5 s 5",
        "generated planned 12,345 1/s 5",
    ]
