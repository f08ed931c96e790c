"""What every call owes: the token, the headers of the rate, pages, and a refusal's shape."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlparse

import pytest

from tests.local.digitalocean.rig import GONE, OTHER, Provider, refusal

UNAUTHORIZED = (401, "unauthorized", "Unable to authenticate you")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/account"),
        ("GET", "/v2/regions"),
        ("GET", "/v2/sizes"),
        ("GET", "/v2/images"),
        ("GET", "/v2/droplets"),
        ("POST", "/v2/droplets"),
        ("DELETE", "/v2/droplets"),
        ("GET", "/v2/droplets/1"),
        ("DELETE", "/v2/droplets/1"),
        ("POST", "/v2/droplets/1/actions"),
        ("GET", "/v2/account/keys"),
        ("POST", "/v2/account/keys"),
        ("GET", "/v2/account/keys/1"),
        ("DELETE", "/v2/account/keys/1"),
        ("GET", "/v2/firewalls"),
        ("POST", "/v2/firewalls"),
        ("GET", "/v2/firewalls/1"),
        ("PUT", "/v2/firewalls/1"),
        ("DELETE", "/v2/firewalls/1"),
        ("GET", "/v2/tags"),
        ("POST", "/v2/tags"),
        ("GET", "/v2/tags/one"),
        ("DELETE", "/v2/tags/one"),
        ("GET", "/v2/nothing"),
    ],
)
def test_wrong_token_is_refused_everywhere(cloud: Provider, method: str, path: str) -> None:
    for token in ("", "Bearer", "Bearer dop_v1_wrong"):
        answer = cloud.call(method, path, {}, headers={"Authorization": token})
        assert refusal(answer) == UNAUTHORIZED


def test_account_tells_who_it_is(cloud: Provider) -> None:
    account = cloud.get("/v2/account").json()["account"]
    other = cloud.get("/v2/account", headers={"Authorization": f"Bearer {OTHER}"}).json()

    assert (account["status"], account["email_verified"]) == ("active", True)
    assert account["uuid"] != other["account"]["uuid"]


def test_every_answer_tells_the_rate(cloud: Provider) -> None:
    cloud.fault("GET /v2/sizes", "status", value=500)
    answers = [
        cloud.get("/v2/account"),
        cloud.get("/v2/account", headers={"Authorization": "x"}),
        cloud.get("/v2/droplets/1"),
        cloud.get("/v2/nothing"),
        cloud.call("PATCH", "/v2/account"),
        cloud.call("POST", "/v2/droplets", {}),
        cloud.get("/v2/sizes"),
    ]

    assert [a.status_code for a in answers] == [200, 401, 404, 404, 405, 422, 500]
    for calls, answer in enumerate(answers, start=1):
        assert answer.headers["RateLimit-Limit"] == "5000"
        assert answer.headers["RateLimit-Remaining"] == str(5000 - calls)
        assert 0 < int(answer.headers["RateLimit-Reset"]) - time.time() <= 3600


def test_path_that_is_not_there_is_refused_as_a_resource(cloud: Provider) -> None:
    assert refusal(cloud.get("/v2/nothing")) == GONE


@pytest.mark.parametrize(
    ("path", "member"),
    [("/v2/regions", "regions"), ("/v2/sizes", "sizes"), ("/v2/images", "images")],
)
def test_offers_are_listed_with_their_total(cloud: Provider, path: str, member: str) -> None:
    body = cloud.get(path).json()

    assert body["meta"] == {"total": len(body[member])}
    assert body["links"] == {}
    assert all(
        one["slug"] and one["available" if member != "images" else "public"] for one in body[member]
    )


def pages(body: dict) -> dict[str, tuple[str, str]]:
    queries = {n: parse_qs(urlparse(u).query) for n, u in body["links"].get("pages", {}).items()}
    return {name: (query["page"][0], query["per_page"][0]) for name, query in queries.items()}


def test_pages_link_to_each_other(cloud: Provider) -> None:
    ends = {"next": ("2", "3"), "last": ("3", "3")}
    begins = {"first": ("1", "3"), "prev": ("2", "3")}
    first, second, third = (
        cloud.get("/v2/sizes", params={"per_page": 3, "page": page}).json() for page in (1, 2, 3)
    )

    assert [len(body["sizes"]) for body in (first, second, third)] == [3, 3, 1]
    assert pages(first) == ends
    assert pages(second) == {"first": ("1", "3"), "prev": ("1", "3"), **ends, "next": ("3", "3")}
    assert pages(third) == begins
    assert {body["meta"]["total"] for body in (first, second, third)} == {7}


def test_links_lead_to_every_size_once(cloud: Provider) -> None:
    url, found = "/v2/sizes?per_page=2", []
    while url:
        body = cloud.get(url).json()
        found += [size["slug"] for size in body["sizes"]]
        url = body["links"].get("pages", {}).get("next")

    assert len(found) == len(set(found)) == 7


@pytest.mark.parametrize("query", ["per_page=0", "per_page=x", "page=0", "page=-1", "page=x"])
def test_page_that_is_none_is_the_usual_one(cloud: Provider, query: str) -> None:
    assert len(cloud.get(f"/v2/sizes?{query}").json()["sizes"]) == 7


def test_page_after_the_last_is_empty(cloud: Provider) -> None:
    body = cloud.get("/v2/sizes?page=9").json()

    assert (body["sizes"], body["meta"]["total"]) == ([], 7)


def test_body_that_is_not_json_is_refused(cloud: Provider) -> None:
    answer = cloud.http.post("/v2/droplets", content=b"{")

    assert refusal(answer) == (400, "bad_request", "the body is not JSON")
