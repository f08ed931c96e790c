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
        ("?p=a%2Fb%26+c", ["a/b& c"], f"?p={MASK}"),
        ("/p/a/b%26%20c", ["a/b& c"], f"/p/{MASK}"),
        (r'{"p": "a/b\u0026\u003cé\u003e"}', ["a/b&<é>"], f'{{"p": "{MASK}"}}'),
        (r'{"p": "a\/b\u00e9"}', ["a/bé"], f'{{"p": "{MASK}"}}'),
        ("""mysql -p'it'"'"'s'""", ["it's"], f"mysql -p'{MASK}'"),
        (r"mysql -p'it'\''s'", ["it's"], f"mysql -p'{MASK}'"),
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
