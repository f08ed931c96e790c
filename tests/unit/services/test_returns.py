"""Payers come back to the web app and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.services.billing.returns import SESSION, returns_of

OWN = ("https://app.test", "http://127.0.0.1:8082")


def success(url: str | None) -> str:
    return returns_of(OWN, "inv_1", url, None).success


def test_own_page_is_meant_where_nothing_is_said() -> None:
    returns = returns_of(OWN, "inv_1", None, None)

    assert returns.success == (
        f"https://app.test/billing?payment=success&invoice=inv_1&session_id={SESSION}"
    )
    assert returns.cancel == "https://app.test/billing?payment=cancelled"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("https://app.test", f"https://app.test?session_id={SESSION}"),
        ("https://app.test/a?b=c", f"https://app.test/a?b=c&session_id={SESSION}"),
        ("https://app.test/a#top", f"https://app.test/a?session_id={SESSION}#top"),
        (f"https://app.test/{SESSION}", f"https://app.test/{SESSION}"),
        ("http://127.0.0.1:8082/x", f"http://127.0.0.1:8082/x?session_id={SESSION}"),
    ],
)
def test_session_goes_into_the_query_unless_it_is_placed(asked: str, led: str) -> None:
    assert success(asked) == led


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/",
        "http://app.test/",
        "https://app.test:444/",
        "https://app.test@evil.test/",
        "https://user@app.test/",
        "https://app.test\\@evil.test/",
        "https://app.test.evil.test/",
        "https://app.test\t.evil.test/",
        "//app.test/",
        "/billing",
        "javascript:alert(1)",
        "https://[app.test/",
        "https://app.test/ x",
        "https://app.test/" + "x" * 2000,
    ],
)
def test_what_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        returns_of(OWN, "inv_1", url, url)

    assert [fault.pointer for fault in refused.value.faults] == [
        "/data/attributes/success_url",
        "/data/attributes/cancel_url",
    ]


@given(st.text())
def test_whatever_is_asked_leads_home_or_nowhere(rest: str) -> None:
    for url in (rest, f"https://app.test{rest}"):
        try:
            led = success(url)
        except Invalid:
            continue
        assert led.startswith(OWN if url else "https://app.test/billing")
        after = led.removeprefix("https://app.test").removeprefix("http://127.0.0.1:8082")
        assert after[:1] in {"", "/", "?", "#"}


def test_installation_without_a_web_app_leads_nowhere() -> None:
    with pytest.raises(Unavailable) as refused:
        returns_of((), "inv_1", None, None)

    assert refused.value.error_code == "payments_not_configured"
