"""Cursors of logs."""

from __future__ import annotations

import base64
import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import log_cursor
from chalicelib.domain.errors import BadRequest
from chalicelib.domain.log_cursor import Cursor
from chalicelib.domain.logs import STREAMS, Place

TIME = "2026-02-15T10:00:00.123456789Z"
PLACES = st.dictionaries(
    st.text("0123456789abcdef", min_size=12, max_size=12),
    st.dictionaries(st.sampled_from(STREAMS), st.builds(Place, st.just(TIME), st.integers(0, 99))),
    max_size=5,
)


@given(st.text(), st.sampled_from(["", *STREAMS]), st.sampled_from(["", TIME]), PLACES)
def test_cursor_is_read_as_it_was_written(service, stream, since, places) -> None:
    cursor = Cursor(service, stream, since, places)

    assert log_cursor.read(log_cursor.written(cursor)) == cursor


def coded(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "\u00e9",
        "[" * 100,
        coded(1),
        coded(["", "", ""]),
        coded([1, "", "", {}]),
        coded(["", "other", "", {}]),
        coded(["", [], "", {}]),
        coded(["", "", "2026", {}]),
        coded(["", "", "", []]),
        coded(["", "", "", {"a/b": {}}]),
        coded(["", "", "", {"a": {"stdin": [TIME, 1]}}]),
        coded(["", "", "", {"a": {"stdout": [TIME]}}]),
        coded(["", "", "", {"a": {"stdout": ["2026-99-99T10:00:00.123456789Z", 1]}}]),
        coded(["", "", "", {"a": {"stdout": [TIME, -1]}}]),
        coded(["", "", "", {"a": {"stdout": [TIME, True]}}]),
        coded(["", "", "", {str(n): {} for n in range(201)}]),
    ],
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        log_cursor.read(text)

    assert refused.value.parameter == "cursor"


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(BadRequest):
        log_cursor.read(text)
