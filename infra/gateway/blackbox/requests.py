"""Checks of headers, ways and what passes through: C-34 to C-68 of the gateway's contract."""

from __future__ import annotations

import httpx

from infra.gateway.blackbox.accounts import X
from infra.gateway.blackbox.bench import BAD_TOKEN, Bench, NotAsked, is_error, same, true
from infra.gateway.blackbox.suite import check

TEMPLATES = "/api/v1/templates"
MANY = 50
MOST_BODY = 10 * 1_048_576
MISSING = "missing_api_key"


@check("C-34")
def forged(on: Bench) -> None:
    """Nobody says in the gateway's place who calls."""
    member = on.member()  # so many requests of one account would use up the others' rate
    for _ in range(MANY):
        on.get(X, headers={**member.session, "X-User-ID": "evil"})
        same(on.api.last.all("X-User-Id"), [member.id], "X-User-ID")


@check("C-35")
def forged_in_the_open(on: Bench) -> None:
    """Neither on open ways, nor to the web app."""
    for path, echo in ((TEMPLATES, on.api), ("/deep/link", on.spa)):
        on.get(path, headers={"X-User-ID": "evil"})
        same(echo.last.one("X-User-ID"), "", f"X-User-ID at {path}")


@check("C-36 C-38")
def forged_rest(on: Bench) -> None:
    """Whatever only the gateway may say, it says itself, once."""
    forged = {
        "X-Plan-ID": "pro",
        "X-Plan-Limits": "{}",
        "X-Key-ID": "k",
        "X-Organization-ID": "o",
        "X-Gateway-Secret": "guess",
    }
    on.get(X, headers={**on.one.session, **forged})
    seen = on.api.last
    same(seen.one("X-Plan-ID"), "free", "X-Plan-ID")
    same(seen.one("X-Key-ID"), f"session:{on.one.id}", "X-Key-ID")
    true(seen.one("X-Plan-Limits") != "{}", "X-Plan-Limits is the client's")
    same(seen.all("X-Organization-ID"), [], "X-Organization-ID")
    same(seen.all("X-Gateway-Secret"), [on.secret], "X-Gateway-Secret")


@check("C-37")
def credentials(on: Bench) -> None:
    """Credentials stay at the gateway."""
    _, text = on.key(on.one)
    for headers in (on.one.session, {"X-API-Key": text}):
        on.get(X, headers=headers)
        same(on.api.last.all("Authorization") + on.api.last.all("X-API-Key"), [])


@check("C-39")
def no_secret(on: Bench) -> None:
    """The web app does not hear the secret."""
    on.get("/deep/link")
    same(on.spa.last.all("X-Gateway-Secret"), [], "X-Gateway-Secret")


@check("C-40")
def request_id(on: Bench) -> None:
    """A request keeps its id, or gets one."""
    on.get(X, headers={**on.one.session, "X-Request-Id": "abc"})
    same(on.api.last.one("X-Request-ID"), "abc", "X-Request-ID")
    on.get(X, headers=on.one.session)
    true(bool(on.api.last.one("X-Request-ID")), "there is no X-Request-ID")


@check("C-41")
def origin(on: Bench) -> None:
    """Where a request came from is one address, and TLS is taken for granted."""
    given = {"X-Forwarded-For": "1.2.3.4, 9.9.9.9", "X-Forwarded-Proto": "http"}
    on.get(X, headers={**on.one.session, **given})
    if on.api.last.one("X-Forwarded-For") != "1.2.3.4":
        same(len(on.api.last.one("X-Forwarded-For").split(",")), 1, "addresses")
        raise NotAsked("there is an edge in front, which says itself where a request came from")
    same(on.api.last.one("X-Forwarded-Proto"), "https", "X-Forwarded-Proto")


@check("C-42")
def host(on: Bench) -> None:
    """The API hears its own host name, and the one that was asked."""
    on.get(X, headers=on.one.session)
    same(on.api.last.one("Host"), httpx.URL(on.api.url).netloc.decode(), "Host")
    same(on.api.last.one("X-Forwarded-Host"), on.public_host, "X-Forwarded-Host")


@check("C-43")
def cookies(on: Bench) -> None:
    """Cookies reach the API as they are."""
    on.get(X, headers={**on.one.session, "Cookie": "a=b"})
    same(on.api.last.one("Cookie"), "a=b", "Cookie")


@check("C-44")
def api_page(on: Bench) -> None:
    """The address /api without a slash is a page."""
    on.get("/api")
    same(on.spa.last.path, "/index.html", "path")


@check("C-45")
def deployments(on: Bench) -> None:
    """Apps need an account, whatever follows their name."""
    for path in ("/api/v1/deployments", "/api/v1/deploymentsX"):
        is_error(on.get(path), 401, MISSING)


@check("C-46 C-47")
def catalogue(on: Bench) -> None:
    """The catalogue is open, and knows who is signed in."""
    for headers in ({}, {"Authorization": f"Bearer {BAD_TOKEN}"}):
        answer = on.get(TEMPLATES, headers=headers)
        same(answer.status_code, 200, "status")
        counted = [name for name in answer.headers if name.lower().startswith("x-ratelimit")]
        same(counted, [], "headers of a rate")
    on.get(TEMPLATES, headers=on.one.session)
    same(on.api.last.one("X-User-ID"), on.one.id, "X-User-ID")


@check("C-48")
def writing(on: Bench) -> None:
    """Writing in the catalogue needs an account."""
    is_error(on.ask("POST", TEMPLATES), 401, MISSING)


@check("C-49")
def pages(on: Bench) -> None:
    """Addresses inside the web app are its page, files are themselves."""
    for path, wanted in (("/some/deep/link", "/index.html"), ("/assets/app.js", "/assets/app.js")):
        on.get(path)
        same(on.spa.last.path, wanted, "path")


def _is_not_the_gateways(on: Bench, method: str, path: str, **given: object) -> None:
    """It goes to the web app, or is refused; the gateway's own JSON never shows."""
    answer = on.ask(method, path, **given)
    is_page = bool(on.spa.seen)
    is_refused = answer.status_code in {401, 403, 404, 405}
    true(is_page or is_refused, f"{method} {path} answers {answer.status_code}")


@check("C-50 C-51")
def modules(on: Bench) -> None:
    """The gateway's tables are open to nobody."""
    for name in ("users", "settings", "api_keys", "plans", "routes", "upstreams"):
        _is_not_the_gateways(on, "GET", f"/mod/{name}")
    _is_not_the_gateways(on, "POST", "/mod/api_keys", json={"user_id": on.one.id})
    _is_not_the_gateways(on, "PATCH", f"/mod/users/{on.one.id}", json={"plan_id": "pro"})
    user = on.get("/mod/auth/me", headers=on.one.session).json()["user"]
    same(user["plan_id"], "free", "plan")


@check("C-52 C-53")
def usual_places(on: Bench) -> None:
    """Neither its setup nor its administration stands where it usually does."""
    _is_not_the_gateways(on, "GET", "/setup")
    step = {"admin_email": "evil@x.io", "admin_password": "longenough"}
    cookie = {"Cookie": "setup_step=0"}
    _is_not_the_gateways(on, "POST", "/setup/step/1", data=step, headers=cookie)
    _is_not_the_gateways(on, "GET", "/admin/users")
    _is_not_the_gateways(on, "POST", "/auth/login", json={"email": "e", "password": "p"})


@check("C-54")
def preflight(on: Bench) -> None:
    """No other origin is let in."""
    answer = on.ask("OPTIONS", X, headers={"Origin": "https://evil.example.com"})
    same(answer.status_code, 401, "status")
    told = [name for name in answer.headers if name.lower().startswith("access-control")]
    same(told, [], "headers")


@check("C-55 C-56 C-57")
def life(on: Bench) -> None:
    """It tells that it lives, past its edge."""
    for path in ("/health", "/health/live"):
        same(on.inner.get(path).json(), {"status": "ok"}, path)
    for path in ("/healthz", "/health/zzz"):
        answer = on.inner.get(path)
        same((answer.status_code, answer.text.strip()), (404, "404 page not found"), path)
    same(on.inner.get("/version").json()["service"], "apigate", "service")


@check("C-60")
def words(on: Bench) -> None:
    """Words that are its own elsewhere are the web app's here."""
    for path in ("/settings", "/usage", "/users", "/plans"):
        on.get(path)
        same(on.spa.last.path, "/index.html", path)


@check("C-61")
def statuses(on: Bench) -> None:
    """What the API answers is passed on."""
    for status in (404, 418, 500):
        answer = on.get(f"/api/status/{status}", headers=on.one.session)
        same(answer.status_code, status, "status")
        same(answer.json(), {"path": f"/api/status/{status}"}, "body")
        true("X-RateLimit-Remaining" in answer.headers, "no X-RateLimit-Remaining")


@check("C-63")
def slow(on: Bench) -> None:
    """An API that is too slow is told as one that is away."""
    is_error(on.get("/api/slow?s=31", headers=on.one.session), 502, "upstream_error")


@check("C-64")
def redirect(on: Bench) -> None:
    """The gateway follows redirects itself."""
    answer = on.get("/api/redirect", headers=on.one.session)
    same((answer.status_code, answer.json()), (200, {"path": "/landed"}))


@check("C-65")
def one_cookie(on: Bench) -> None:
    """One cookie at most comes back."""
    answer = on.get("/api/cookies", headers=on.one.session)
    same(len(answer.headers.get_list("set-cookie")), 1, "cookies")


@check("C-66")
def large(on: Bench) -> None:
    """No body of more than 10 MiB reaches the API whole."""
    answer = on.ask("POST", X, content=b"x" * (MOST_BODY + 1_048_576), headers=on.one.session)
    is_cut = answer.status_code == 200 and on.api.last.size == MOST_BODY
    true(is_cut or answer.status_code == 413, f"it answers {answer.status_code}")


@check("C-67")
def query(on: Bench) -> None:
    """A query passes as it is."""
    target = f"{X}?a=1&b=%20&a=2"
    on.get("/", headers=on.one.session, extensions={"target": target.encode()})
    same(on.api.last.query, "a=1&b=%20&a=2", "query")


@check("C-68")
def typed(on: Bench) -> None:
    """Type and cache of an answer pass as they are."""
    answer = on.get("/api/typed", headers=on.one.session)
    found = [answer.headers.get(name) for name in ("content-type", "etag", "cache-control")]
    same(found, ["application/json; charset=x", '"e1"', "max-age=5"], "headers")
