"""The tool that recomputes invoices agrees with the product, and finds any cent that is wrong."""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.domain.billing.lines import Line, lines_of
from infra.packaging.template import ROOT
from tests.unit.domain.billing.lives import lives

TOOL = ROOT / "tools/verify_invoice.py"


def tool() -> Any:
    spec = importlib.util.spec_from_file_location("verify_invoice", TOOL)
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


differences = tool().differences


def shown(line: Line) -> dict[str, Any]:
    return {
        "kind": "run",
        "deployment_id": line.deployment,
        "template_id": line.template,
        "monthly_cents": line.monthly_cents,
        "price_since": clock.text_at(line.price_at),
        "refers_to": None,
        "seconds": line.seconds,
        "cents": line.cents,
    }


@st.composite
def exports(draw: st.DrawFn, *, least: int = 0) -> dict[str, Any]:
    """An invoice's export, with at least so many lines."""
    month, runs, known, now = draw(lives())
    for number in range(least):
        now, template = month.until, "tmpl_sure"
        known = {**known, template: [Price(template, 0, 777)]}
        since = month.since + 1234 * number
        runs.append(Interval("user-a", f"sure-{number}", "s", template, "S", "c", since, None))
    items = [shown(line) for line in lines_of(month, runs, known, now=now)]
    carried = draw(st.lists(st.integers(-500, 500), max_size=2))
    items += [
        {"kind": "credit", "cents": cents, "refers_to": f"credit_{number}"}
        for number, cents in enumerate(carried)
    ]
    return {
        "month": str(month),
        "now": now,
        "invoice": {
            "items": draw(st.permutations(items)),
            "total_cents": sum(item["cents"] for item in items),
            "currency": "USD",
        },
        "intervals": [asdict(run) for run in runs],
        "prices": [asdict(price) for several in known.values() for price in several],
        "sources": {f"credit_{number}": cents for number, cents in enumerate(carried)},
    }


@given(exports())
def test_it_agrees_with_the_lines_of_random_lives(export: dict[str, Any]) -> None:
    assert list(differences(export)) == []


@given(export=exports(), by=st.sampled_from([-1, 1]), data=st.data())
def test_any_cent_that_is_changed_is_found(
    export: dict[str, Any], by: int, data: st.DataObject
) -> None:
    changed = copy.deepcopy(export)
    invoice = changed["invoice"]
    places = [*invoice["items"], "total"]
    place = data.draw(st.sampled_from(places))
    if place == "total":
        invoice["total_cents"] += by
    else:
        place["cents"] += by

    assert list(differences(changed))


@given(export=exports(least=2), data=st.data())
def test_cent_that_is_moved_between_two_lines_is_found(
    export: dict[str, Any], data: st.DataObject
) -> None:
    changed = copy.deepcopy(export)
    lines = [item for item in changed["invoice"]["items"] if item["kind"] == "run"]
    one, other = data.draw(st.permutations(lines))[:2]
    one["cents"] += 1
    other["cents"] -= 1

    assert list(differences(changed))


@given(exports(least=1))
def test_line_that_is_left_out_or_there_twice_is_found(export: dict[str, Any]) -> None:
    lines = [item for item in export["invoice"]["items"] if item["kind"] == "run"]
    fewer, more = copy.deepcopy(export), copy.deepcopy(export)
    fewer["invoice"]["items"].remove(lines[0])
    more["invoice"]["items"].append(lines[0])

    assert list(differences(fewer))
    assert list(differences(more))


def test_what_is_carried_over_is_held_against_the_invoice_that_left_it() -> None:
    carried = {"kind": "carried", "cents": 30, "refers_to": "inv_before"}
    export: dict[str, Any] = {
        "month": "2026-11",
        "now": "2026-12-01T00:00:00.000Z",
        "invoice": {"items": [carried], "total_cents": 30, "currency": "USD"},
        "intervals": [],
        "prices": [],
        "sources": {"inv_before": 30},
    }

    assert list(differences(export)) == []
    export["sources"] = {"inv_before": 31}
    assert list(differences(export)) == ["inv_before left 1 cents more than is said."]
    export["sources"] = {}
    assert list(differences(export)) == ["inv_before left -30 cents more than is said."]


def test_it_is_a_command_that_says_what_differs(tmp_path: Path) -> None:
    run = {"deployment": "app-1", "template": "t", "since": "2026-11-01T00:00:00Z", "until": None}
    export: dict[str, Any] = {
        "month": "2026-11",
        "now": "2026-12-01T00:00:00.000Z",
        "invoice": {"items": [], "total_cents": 0, "currency": "USD"},
        "intervals": [run],
        "prices": [{"template": "t", "at": 0, "monthly_cents": 500}],
        "sources": {},
    }
    file = tmp_path / "export.json"
    file.write_text(json.dumps(export))
    command = [sys.executable, "-I", str(TOOL)]

    wrong = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
    right = subprocess.run(
        command,
        input=json.dumps({"data": {"attributes": {**export, "intervals": []}}}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (wrong.returncode, wrong.stdout.splitlines()) == (
        1,
        [
            "Not on the invoice, once: ('app-1', 0, 't', 500, 2592000, 500)",
            "The total is 500, not 0.",
        ],
    )
    assert (right.returncode, right.stdout) == (
        0,
        "Every line and the total are right. Corrections that are taken as said: 0.\n",
    )


def test_it_is_short_and_needs_the_standard_library_alone() -> None:
    text = TOOL.read_text()
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert len(text.splitlines()) < 80
    assert imported <= sys.stdlib_module_names
