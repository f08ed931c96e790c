"""What a request meets on its way: answers that are lost, late, refused, or no answers of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from hoster_cli import calls
from hoster_cli.api import MEDIA_TYPE, Api, problem
from hoster_cli.errors import NotFound, Refused, Unreachable
from tests.local.serving import Stage, serving

GOOD = {"data": {"type": "accounts", "id": "a", "attributes": {}}}


class Upstream:
    """Answers what it was told to, one after the other, and keeps what it was asked."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        request = Request(scope, receive)  # type: ignore[arg-type]
        self.bodies.append(await request.body())
        self.asked.append(request)
        await self.answers.pop(0)(scope, receive, send)  # type: ignore[arg-type]


def refusal(status: int, code: str, **more: object) -> dict[str, object]:
    return {"errors": [{"status": str(status), "code": code, "detail": f"It is {code}.", **more}]}


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    on = Stage()
    with serving(on) as url:
        yield on, url


@pytest.fixture
def slept() -> list[float]:
    return []


def api(stage: tuple[Stage, str], slept: list[float], *answers: Response) -> tuple[Api, Upstream]:
    upstream = Upstream(*answers)
    stage[0].app = upstream
    return Api(stage[1], "t0ken", slept.append), upstream


def test_what_passes_by_itself_is_asked_again(stage, slept) -> None:
    asked, upstream = api(
        stage,
        slept,
        JSONResponse(refusal(503, "unavailable"), 503),
        JSONResponse(refusal(429, "rate_limited"), 429, {"Retry-After": "7"}),
        JSONResponse(GOOD),
    )

    assert asked.ask(calls.GET_ACCOUNT) == GOOD
    assert slept == [0.5, 7.0]
    assert len(upstream.asked) == 3


def test_post_is_repeated_with_the_same_key(stage, slept) -> None:
    asked, upstream = api(stage, slept, Response(status_code=502), JSONResponse(GOOD, 201))

    asked.ask(calls.CREATE_APP, attributes={"name": "a", "template_id": "t"})

    keys = [request.headers["Idempotency-Key"] for request in upstream.asked]
    assert len(set(keys)) == 1
    assert upstream.bodies[0] == upstream.bodies[1]
    assert upstream.asked[0].headers["Content-Type"] == MEDIA_TYPE
    assert json.loads(upstream.bodies[0])["data"]["type"] == "deployments"


def test_wait_that_is_too_long_is_told_instead(stage, slept) -> None:
    asked, _ = api(
        stage,
        slept,
        JSONResponse(refusal(429, "rate_limited"), 429, {"Retry-After": "90"}),
    )

    with pytest.raises(Refused, match=r"It is rate_limited. \(rate_limited\)") as caught:
        asked.ask(calls.GET_ACCOUNT)

    assert caught.value.hint == "Try again in 90 s."
    assert slept == []


def test_last_of_four_tries_is_told(stage, slept) -> None:
    down = [JSONResponse(refusal(503, "unavailable"), 503) for _ in range(4)]
    asked, upstream = api(stage, slept, *down)

    with pytest.raises(Unreachable, match="unavailable"):
        asked.ask(calls.GET_ACCOUNT)

    assert (len(upstream.asked), slept) == (4, [0.5, 1.5, 4.0])


def test_nobody_at_the_address(slept) -> None:
    with pytest.raises(Unreachable, match=r"http://127.0.0.1:1 cannot be reached") as caught:
        Api("http://127.0.0.1:1", "t", slept.append).ask(calls.GET_ACCOUNT)

    assert "HOSTER_URL" in caught.value.hint
    assert len(slept) == 3


def test_page_of_something_else_is_no_answer(stage, slept) -> None:
    asked, _ = api(stage, slept, PlainTextResponse("<html>Welcome</html>"))

    with pytest.raises(Unreachable, match="not as the API does"):
        asked.ask(calls.GET_ACCOUNT)


def test_redirect_is_not_followed_with_the_token(stage, slept) -> None:
    asked, upstream = api(stage, slept, RedirectResponse("http://127.0.0.1:1/"))

    with pytest.raises(Unreachable):
        asked.ask(calls.GET_ACCOUNT)

    assert len(upstream.asked) == 1


def test_pages_come_as_one_document(stage, slept) -> None:
    base = {"links": {"next": "/api/v1/deployments?page%5Bsize%5D=200&page%5Bafter%5D=x1"}}
    asked, upstream = api(
        stage,
        slept,
        JSONResponse({"data": [{"id": "1"}], "meta": {"total": 2}, **base}),
        JSONResponse({"data": [{"id": "2"}], "links": {"next": None}}),
    )

    found = asked.all(calls.LIST_APPS, query={"filter[status]": "running"})

    assert [one["id"] for one in found["data"]] == ["1", "2"]
    assert found["meta"] == {"total": 2}
    assert dict(upstream.asked[1].query_params) == {
        "page[size]": "200",
        "page[after]": "x1",
        "filter[status]": "running",
    }


def test_what_a_call_does_not_declare_is_never_sent(stage, slept) -> None:
    asked, upstream = api(stage, slept)

    with pytest.raises(ValueError, match="does not declare status"):
        asked.ask(calls.CREATE_APP, attributes={"name": "a", "status": "running"})
    with pytest.raises(ValueError, match="does not declare force"):
        asked.ask(calls.DELETE_APP, "a", query={"force": "true"})

    assert upstream.asked == []


def test_places_are_percent_encoded() -> None:
    assert calls.CHECK_DOMAIN.to("a/b", "shop.example.com") == (
        "/deployments/a%2Fb/domains/shop.example.com/verify"
    )


@pytest.mark.parametrize(
    ("status", "kind", "exit_code"),
    [
        (400, Refused, 4),
        (401, Refused, 4),
        (403, Refused, 4),
        (404, NotFound, 3),
        (409, Refused, 4),
        (422, Refused, 4),
        (429, Refused, 4),
        (500, Unreachable, 5),
        (503, Unreachable, 5),
    ],
)
def test_each_status_has_a_meaning(status: int, kind: type, exit_code: int) -> None:
    told = problem(status, refusal(status, "some_code"))

    assert type(told) is kind
    assert told.exit_code == exit_code


def test_every_error_is_told_with_what_it_is_about() -> None:
    first = refusal(422, "unknown", source={"pointer": "/data/attributes/variables/A"})
    second = refusal(422, "required", source={"pointer": "/data/attributes/name"})

    told = problem(422, {"errors": [*first["errors"], *second["errors"]]})  # type: ignore[misc]

    assert str(told) == "variables/A: It is unknown. (unknown)\nname: It is required. (required)"


def test_token_that_may_less_is_told_which_one_may_do_it() -> None:
    meta = {"scope": "read", "needed": "deploy"}

    told = problem(403, refusal(403, "scope_missing", meta=meta))

    assert told.hint == "Sign in with a token of scope deploy: hoster login."


def test_what_no_token_may_do_is_told_with_what_to_do_instead() -> None:
    told = problem(403, refusal(403, "session_required"))

    assert told.hint.startswith("No token may do that")
    assert "in the web app" in told.hint


def test_answer_of_the_gateway_is_told_too() -> None:
    assert str(problem(401, {"error": "Unauthorized"})) == "Unauthorized"
    assert problem(401, {"error": "Unauthorized"}).hint.endswith("hoster login.")
