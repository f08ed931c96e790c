"""Searching the catalogue."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from unittest import mock

import boto3
import pytest
from botocore.client import BaseClient

from chalicelib.domain.errors import Unavailable
from chalicelib.runtime import wiring
from chalicelib.services.catalogue import catalogue
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.queue import deliver
from tests.world import Reply


def ids(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [entry["id"] for entry in reply.body["data"]]


def search(here: Checked, text: str, query: str = "") -> Reply:
    return here.call("GET", f"/templates?filter[search]={text}{query}", user=None)


@pytest.fixture(params=["fresh", "indexed"])
def index(request: pytest.FixtureRequest) -> str:
    """Whether the writer has run: without it a list is made on the spot."""
    return str(request.param)


def written(index: str) -> None:
    if index == "indexed":
        deliver([{"all": True}])
    else:
        boto3.client("dynamodb").delete_item(
            TableName="test-resources", Key={"id": {"S": catalogue.POINTER}}
        )


def test_all_words_match_at_their_beginning_in_any_place(
    here: Checked, owner: str, index: str
) -> None:
    mark = owner.replace("-", "")
    blog = things.published(here, owner, name=f"{mark} Blog", tags=["Journal intime"])
    shop = things.published(here, owner, name=f"{mark} Shop", description="Vend du café.")
    wiki = things.published(here, owner, name=f"{mark} Wiki", category="Knowledge")
    things.draft(here, owner, name=f"{mark} draft")
    written(index)

    assert set(ids(search(here, mark))) == {blog, shop, wiki}
    assert ids(search(here, f"{mark} blo")) == [blog]
    assert ids(search(here, f"JOURN {mark}")) == [blog]
    assert ids(search(here, f"{mark} CAFE vend")) == [shop]
    assert ids(search(here, f"{mark} kn\u00f6wl")) == [wiki]
    assert ids(search(here, f"{mark} log")) == []
    assert ids(search(here, f"{mark} blog shop")) == []


def test_one_mistake_in_a_word_is_forgiven(here: Checked, owner: str, index: str) -> None:
    word = "".join(secrets.choice("bcdfghkl") for _ in range(12)) + "quax"
    made = things.published(here, owner, name=f"{word.title()} Blog")
    written(index)

    for typed in (word, f"{word[:-4]}uax", f"{word[:-4]}uqax", f"{word}s", f"x{word[1:]}"):
        assert ids(search(here, typed)) == [made], typed
    assert ids(search(here, f"{word[:-4]}klmn")) == []


def test_what_is_most_like_a_template_is_related_to_it(
    here: Checked, owner: str, index: str
) -> None:
    mark = owner.replace("-", "")
    one, like, other = (
        things.published(here, owner, name=f"{name}{mark}", tags=[f"{tag}{mark}", mark])
        for name, tag in (("First", "wiki"), ("Second", "wiki"), ("Third", "shop"))
    )
    things.published(here, owner)
    draft = things.draft(here, owner, name=f"Fourth {mark}", tags=[f"wiki{mark}", mark])
    written(index)

    found = here.call("GET", f"/templates?filter[related]={one}&page[size]=2", user=None)

    assert ids(found) == [like, other]
    assert found.body["meta"]["total"] == 2
    assert found.body["links"]["next"] is None
    assert ids(here.call("GET", f"/templates?filter[related]={draft}", user=None)) == []
    mixed = here.call("GET", f"/templates?filter[related]={one}&filter[search]=a", user=None)
    assert (mixed.status, mixed.body["errors"][0]["source"]) == (
        400,
        {"parameter": "filter[related]"},
    )


def test_categories_are_counted_beside_their_filter(here: Checked, owner: str, index: str) -> None:
    mark = owner.replace("-", "")
    made = [
        things.published(here, owner, name=f"{mark} {n}", category=category)
        for n, category in enumerate(["web", "Web", "db", "", "web"])
    ]
    written(index)

    everything = search(here, mark)
    web = search(here, mark, "&filter[category]=WEB")

    assert everything.body["meta"]["total"] == 5
    facets = {"categories": [{"name": "web", "count": 3}, {"name": "db", "count": 1}]}
    assert everything.body["meta"]["facets"] == facets
    assert set(ids(web)) == {made[0], made[1], made[4]}
    assert (web.body["meta"]["total"], web.body["meta"]["facets"]) == (3, facets)
    assert ids(search(here, mark, "&filter[category]=none")) == []


def test_every_order_is_the_other_way_round_with_a_minus(
    here: Checked, owner: str, stranger: str, index: str
) -> None:
    mark = owner.replace("-", "")
    a, b, c = (
        things.published(here, owner, name=f"{name} {mark}", price_monthly_cents=price)
        for name, price in (("Beta", 500), ("alpha", 700), ("Gamma", 0))
    )
    for template in (a, a, b):
        things.ran(things.deployment(here, stranger, template_id=template))
    for _ in range(3):
        things.deployment(here, stranger, template_id=c)
    written(index)

    orders = {"created_at": [a, b, c], "name": [b, a, c], "price": [c, a, b]}
    orders["popularity"] = [c, b, a]
    for sort, order in orders.items():
        assert ids(search(here, mark, f"&sort={sort}")) == order, sort
        assert ids(search(here, mark, f"&sort=-{sort}")) == order[::-1], sort
    assert ids(search(here, mark)) == [c, b, a]


@pytest.mark.parametrize("sort", ["name", "-name", "price", "-created_at", "-popularity"])
def test_pages_stay_right_while_templates_are_added(here: Checked, owner: str, sort: str) -> None:
    mark = owner.replace("-", "")
    for n in "dbfhj":
        things.published(here, owner, name=f"{n} {mark}")
    written("indexed")
    whole = ids(search(here, mark, f"&sort={sort}"))
    first = search(here, mark, f"&sort={sort}&page[size]=2")
    added = {things.published(here, owner, name=f"{n} {mark}") for n in "aegz"}
    deliver()

    seen, link = ids(first), first.body["links"]["next"]
    while link:
        page = here.call("GET", link.removeprefix("/api/v1").replace("%20", " "), user=None)
        seen += ids(page)
        link = page.body["links"]["next"]
    back, link = [], page.body["links"]["prev"]
    while link:
        page = here.call("GET", link.removeprefix("/api/v1").replace("%20", " "), user=None)
        back = ids(page) + back
        link = page.body["links"]["prev"]

    assert [entry for entry in seen if entry not in added] == whole
    assert len(seen) == len(set(seen))
    assert {*back, *seen} >= {*whole, *added}
    assert len(back) == len(set(back))


def test_page_shows_the_present_and_nothing_that_was_taken_back(here: Checked, owner: str) -> None:
    mark = owner.replace("-", "")
    made = [things.published(here, owner, name=f"{mark} {n}") for n in range(4)]
    written("indexed")
    here.call("POST", f"/templates/{made[3]}/unpublish", user=owner)
    here.call("DELETE", f"/templates/{made[1]}", user=owner)
    here.call("PATCH", f"/templates/{made[2]}", {"price_monthly_cents": 900}, user=owner)

    page = search(here, mark, "&page[size]=2")

    assert ids(page) == [made[2], made[0]]
    assert page.body["data"][0]["attributes"]["price_monthly_cents"] == 900
    assert page.body["meta"]["total"] == 2
    assert page.body["links"]["next"] is None


def test_page_costs_the_same_whatever_the_number_of_templates(here: Checked, owner: str) -> None:
    for n in range(3):
        things.published(here, owner, name=f"costs {n} {owner}")
    written("indexed")
    search(here, "costs")
    real, calls = BaseClient._make_api_call, []

    def counted(client: object, name: str, given: dict[str, object]) -> object:
        calls.append(name)
        return real(client, name, given)

    with mock.patch.object(BaseClient, "_make_api_call", counted):
        search(here, "costs")

    assert calls == ["GetItem", "BatchGetItem"]


def test_lists_show_chosen_fields_and_no_texts(here: Checked, owner: str) -> None:
    mark = owner.replace("-", "")
    things.published(here, owner, name=f"{mark} one", **things.LARGEST)
    deliver()

    [whole] = search(here, mark).body["data"]
    [chosen] = search(here, mark, "&fields[templates]=name,price_monthly_cents").body["data"]

    assert not whole["attributes"].keys() & things.LARGEST.keys()
    assert chosen["attributes"] == {"name": f"{mark} one", "price_monthly_cents": 0}


def forged(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("x", "!!!!", "\u00e9", "A" * 5000, forged([]), forged(1), forged(["a", "b"])),
        *(forged(["name", 1, "x"]), forged(["name", "x", None]), forged(["-name", "x", "y"])),
        forged(["name", "x", ["y"]]),
    ],
)
@pytest.mark.parametrize("word", ["page[after]", "page[before]"])
def test_cursor_that_is_not_of_this_order_is_refused(here: Checked, word: str, cursor: str) -> None:
    reply = here.call("GET", f"/templates?sort=name&{word}={cursor}", user=None)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
    assert reply.body["errors"][0]["source"] == {"parameter": word}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sort=size", "sort"),
        ("filter[search]=", "filter[search]"),
        (f"filter[search]={'x' * 201}", "filter[search]"),
        ("filter[owner]=x", "filter[owner]"),
        ("filter[search]=a&filter[search]=b", "filter[search]"),
        ("scope=mine&filter[search]=a", "filter"),
        ("scope=mine&sort=price", "sort"),
        ("page[size]=0", "page[size]"),
        ("page[number]=2", "page[number]"),
    ],
)
def test_word_that_is_not_understood_is_refused(
    here: Checked, owner: str, query: str, parameter: str
) -> None:
    reply = here.call("GET", f"/templates?{query}", user=owner)

    assert reply.status == 400
    assert reply.body["errors"][0]["source"] == {"parameter": parameter}


def test_search_for_signs_alone_is_a_search_for_nothing(here: Checked, owner: str) -> None:
    things.published(here, owner)

    assert ids(search(here, "!!!")) == ids(here.call("GET", "/templates", user=None))


def test_own_ones_are_listed_with_drafts_and_their_total(
    here: Checked, owner: str, stranger: str
) -> None:
    first, second = things.draft(here, owner), things.published(here, owner)
    things.published(here, stranger)

    newest = here.call("GET", "/templates?scope=mine", user=owner)
    oldest = here.call("GET", "/templates?scope=mine&sort=created_at", user=owner)

    assert ids(newest) == [second, first]
    assert ids(oldest) == [first, second]
    assert newest.body["meta"] == {"limit": 100, "total": 2}
    assert here.call("GET", "/templates?scope=mine", user=None).status == 401


def test_content_store_that_is_away_is_told_as_such(here: Checked, owner: str) -> None:
    things.published(here, owner)
    written("indexed")
    away = mock.Mock(get=mock.Mock(side_effect=Unavailable("away")))

    with (
        mock.patch.dict(catalogue._KEPT, clear=True),
        mock.patch.object(wiring, "contents", return_value=away),
    ):
        reply = here.call("GET", "/templates", user=None)

    assert (reply.status, reply.codes) == (503, ["unavailable"])
