"""Whatever a template's files hold, there is an answer: a draft that can be judged, or a reason."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.importing.imported import Imported
from chalicelib.domain.importing.importers import FORMATS, converted
from chalicelib.domain.importing.judging import judge
from tests.unit.domain.importing.fixtures import catalogue

NAMES = ("dokploy", "umbrel", "runtipi", "casaos", "portainer")
JUNK: list[Any] = [
    *("", None, 0, -1, 1.5, True, [], {}, [1, None, {}], {"a": [{}]}, ["x"], {"x": None}),
    *("${", "$", "x" * 50, "${A:-${B}}", "\0", "é\n\t", "a:b:c:d", "../../..", "/", "9" * 21),
]
SIGNS = [
    *("{", "}", "[", "]", ":", "$", '"', "'", "#", ",", "&a ", "*a", "!t ", "|", "=", "\\", "\t"),
    *("${", "[[", '"""', "${domain}", "${jwt:a:b}", "<<: *a", "é", "0"),
]


def spoilt_data(chance: random.Random, data: Any) -> Any:
    """Replace something anywhere in data, or take it away."""
    if isinstance(data, dict | list) and data and chance.random() < 0.85:
        key = chance.choice(list(data) if isinstance(data, dict) else range(len(data)))
        if isinstance(data, dict) and chance.random() < 0.1:
            del data[key]
        else:
            data[key] = spoilt_data(chance, data[key])
        return data
    return chance.choice(JUNK)


def spoilt_text(chance: random.Random, text: str) -> str:
    """Take a line away, double it, put a sign into it, or move it."""
    lines = text.splitlines() or [""]
    at = chance.randrange(len(lines))
    place = chance.randrange(len(lines[at]) + 1)
    lines[at : at + 1] = chance.choice(
        [
            [],
            [lines[at], lines[chance.randrange(len(lines))]],
            [lines[at][:place] + chance.choice(SIGNS) + lines[at][place + 1 :]],
            [lines[at].partition(": ")[0] + ": " + chance.choice(["", "[]", "{}", "5", "${X:?y}"])],
            ["  " + lines[at]],
            [lines[at].lstrip()],
        ]
    )
    return "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_spoilt_files_have_an_answer(name: str, seed: int) -> None:
    chance = random.Random(seed)
    form = FORMATS[name]
    path, unit = chance.choice(list(form.units(catalogue(name))))
    files = dict(unit)
    spoilt = path if name == "portainer" else chance.choice(sorted(files))
    for _ in range(chance.randint(1, 4)):
        try:
            data = json.loads(files[spoilt]) if spoilt.endswith(".json") else None
        except ValueError:
            data = None
        if data is not None and chance.random() < 0.8:
            files[spoilt] = json.dumps(spoilt_data(chance, data))
        else:
            files[spoilt] = spoilt_text(chance, files[spoilt])

    form.is_mine(path, files)
    found = converted(form, path, files)

    assert all(judge(one) for one in found if isinstance(one, Imported))
