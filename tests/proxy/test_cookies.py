"""No app may set a cookie that every other app would be sent."""

from __future__ import annotations

import pytest

from tests.proxy.apps import App
from tests.proxy.front import APPS_DOMAIN, Front

OWN = "own.apps.example.test"
DATE = "Expires=Wed, 21 Oct 2099 07:28:00 GMT"


def kept(fore: Front, app: App, cookies: list[str]) -> list[str]:
    """The cookies that get to the client, of those that an app sets."""
    app.cookies = cookies
    answer = fore.get(fore.app(app.port), "/cookies")
    assert answer.status_code == 200
    assert answer.json() == {"cookies": len(cookies)}
    return answer.headers.get_list("Set-Cookie")


@pytest.mark.parametrize("domain", [APPS_DOMAIN, "example.test", "test"])
@pytest.mark.parametrize(
    "form",
    [
        "Domain={}",
        "domain={}",
        "DOMAIN = {}",
        "Domain=.{}",
        "Domain={}.",
        "Path=/; Domain={}; Secure",
        "\tDomain\t=\t{}\t",
        'Domain="{}"',
        "Domain=own.test; Domain={}",
        f"{DATE}; Domain={{}}",
    ],
)
def test_a_cookie_for_all_apps_is_dropped(fore: Front, one: App, domain: str, form: str) -> None:
    for written in (domain, domain.upper()):
        assert kept(fore, one, [f"a=1; {form.format(written)}"]) == []


def test_every_other_cookie_is_kept_as_it_is_and_in_its_place(fore: Front, one: App) -> None:
    good = [
        "a=1",
        f"b=2; Path=/; {DATE}; HttpOnly",
        f"c=3; Domain={OWN}; Secure",
        "d=4; Domain=customer.test",
        "e=5; Domain=",
        f"f={APPS_DOMAIN}",
        f"g=7; Path=/domain={APPS_DOMAIN}",
        "h=8; Domain=other-apps.example.test",
        "i=9; Domain=ample.test",
    ]
    bad = [f"x=1; Domain={APPS_DOMAIN}", "y=2; Path=/; domain=.example.test"]

    assert kept(fore, one, good) == good
    assert kept(fore, one, [bad[0], *good[:4], bad[1], *good[4:], bad[0]]) == good


def test_a_cookie_is_dropped_over_http2_too(fore: Front, one: App) -> None:
    one.cookies = [f"a=1; Domain={APPS_DOMAIN}", "b=2"]

    answer = fore.get(fore.app(one.port), "/cookies", tls=True, http2=True)

    assert answer.headers.get_list("Set-Cookie") == ["b=2"]
