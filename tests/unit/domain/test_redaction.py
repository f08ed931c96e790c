"""Secrets taken out of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.redaction import MASK, redacted


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("password hunter22 is wrong", ["hunter22"], f"password {MASK} is wrong"),
        ("postgres://app:p%40ss%2Fw@db", ["p@ss/w"], f"postgres://app:{MASK}@db"),
        ("hunter22 hunter", ["hunter", "hunter22"], f"{MASK} {MASK}"),
        ("a b", ["a"], "a b"),
        ("nothing", [], "nothing"),
        ("nothing", [""], "nothing"),
    ],
)
def test_secret_is_masked(text: str, secrets: list[str], shown: str) -> None:
    assert redacted(text, secrets) == shown


@given(st.text(min_size=3), st.text(), st.text())
def test_no_secret_is_left(secret: str, before: str, after: str) -> None:
    if secret in MASK:
        return
    shown = redacted(f"{before}{secret}{after}", [secret])

    assert secret not in shown.replace(MASK, "\n") or "\n" in secret
