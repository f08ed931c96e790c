"""Tags: made with a droplet, counted, there until they are deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.local.digitalocean.rig import (
    GONE,
    OTHER,
    Machines,
    Place,
    Provider,
    provider,
    refusal,
)
from tests.local.serving import until


def names(cloud: Provider, **more: object) -> list[str]:
    return [tag["name"] for tag in cloud.get("/v2/tags", **more).json()["tags"]]


def count(cloud: Provider, name: str) -> int:
    resources = cloud.get(f"/v2/tags/{name}").json()["tag"]["resources"]
    assert resources["count"] == resources["droplets"]["count"]
    assert sum(resources[kind]["count"] for kind in ("images", "volumes", "databases")) == 0
    return int(resources["count"])


def test_tag_is_made_with_a_droplet_and_outlives_it(cloud: Provider) -> None:
    one, two = cloud.active(tags=["a", "b:1"]), cloud.active(tags=["a"])
    assert names(cloud) == ["a", "b:1"]
    assert (count(cloud, "a"), count(cloud, "b:1")) == (2, 1)

    cloud.call("DELETE", "/v2/droplets?tag_name=a")

    until(lambda: count(cloud, "a") == 0)
    assert names(cloud) == ["a", "b:1"]
    for number in (one["id"], two["id"]):
        assert refusal(cloud.get(f"/v2/droplets/{number}")) == GONE


def test_tag_tells_what_carries_it_last(cloud: Provider) -> None:
    cloud.order(tags=["a"])
    last = cloud.order(tags=["a"])["id"]

    told = cloud.get("/v2/tags/a").json()["tag"]["resources"]

    assert told["last_tagged_uri"].endswith(f"/v2/droplets/{last}")


def test_deleted_tag_is_taken_from_its_droplets(cloud: Provider) -> None:
    number = cloud.active(tags=["a", "b"])["id"]

    answer = cloud.call("DELETE", "/v2/tags/a")

    assert (answer.status_code, answer.content) == (204, b"")
    assert cloud.droplet(number)["tags"] == ["b"]
    assert cloud.get("/v2/droplets?tag_name=a").json()["droplets"] == []
    assert refusal(cloud.get("/v2/tags/a")) == GONE
    assert refusal(cloud.call("DELETE", "/v2/tags/a")) == GONE


def test_tag_is_made_by_itself_and_once(cloud: Provider) -> None:
    answers = [cloud.call("POST", "/v2/tags", {"name": "a"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["tag"]["name"] == "a"
    assert names(cloud) == ["a"]


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 256])
def test_what_is_no_name_makes_no_tag(cloud: Provider, name: str) -> None:
    answer = cloud.call("POST", "/v2/tags", {"name": name})

    assert refusal(answer) == (422, "unprocessable_entity", "Name is invalid")
    assert names(cloud) == []


def test_tag_is_its_accounts_alone(cloud: Provider) -> None:
    cloud.order(tags=["a"])
    stranger = {"headers": {"Authorization": f"Bearer {OTHER}"}}

    assert names(cloud, **stranger) == []
    assert refusal(cloud.call("DELETE", "/v2/tags/a", **stranger)) == GONE
    assert names(cloud) == ["a"]


def test_tags_outlive_a_restart(place: Place, tmp_path: Path) -> None:
    with provider(place, tmp_path, Machines()) as before:
        before.call("POST", "/v2/tags", {"name": "a"})

    with provider(place, tmp_path, Machines()) as after:
        assert names(after) == ["a"]
