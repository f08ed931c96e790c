"""Loading templates through the API: what it makes, what it leaves, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.local.journey.client import Account, Json, Refused
from infra.seed.folder import Seed, read_all
from infra.seed.load import Outcome, load
from tests.world import World

SEEDS = read_all()
OWNER = "installer"


class Installer(Account):
    """The account whose templates they are, calling the functions in this process."""

    def __init__(self, here: World) -> None:
        self.here = here
        self.changes = 0
        """How many calls were no reading."""

    def call(self, method: str, path: str, attributes: Json | None = None, kind: str = "") -> Json:
        self.changes += method != "GET"
        reply = self.here.call(method, path, attributes, user=OWNER, kind=kind)
        if reply.status >= 400:
            raise Refused(method, path, reply.status, reply.body)
        found: Json = reply.body
        return found

    def load(self, *seeds: Seed) -> list[Outcome]:
        return list(load(self, seeds))

    def own(self, slug: str) -> Json:
        """A template of this account, its texts included."""
        listed = self.all("templates", "?scope=mine")
        [found] = [one["id"] for one in listed if one["attributes"]["slug"] == slug]
        return self.get("templates", found)


@pytest.fixture
def installer(here: World) -> Installer:
    return Installer(here)


@pytest.fixture
def redis() -> Seed:
    [found] = [seed for seed in SEEDS if seed.slug == "redis-cache"]
    return found


def newer(seed: Seed, version: str, **changed: Any) -> Seed:
    """The same files some time later."""
    template = seed.template.model_copy(update={"version": version})
    return replace(
        seed, template=template, attributes={**seed.attributes, "version": version, **changed}
    )


def test_every_template_is_published_and_the_second_time_nothing_changes(
    installer: Installer,
) -> None:
    first = installer.load(*SEEDS)
    made = installer.changes
    second = installer.load(*SEEDS)

    assert {one.done for one in first} == {"made"}, first
    assert [(one.slug, one.version) for one in first] == [
        (seed.slug, seed.template.version) for seed in SEEDS
    ]
    assert {one.done for one in second} == {"unchanged"}, second
    assert (len(second), installer.changes) == (27, made)
    listed = installer.all("templates", "?scope=mine")
    assert len(listed) == 27
    assert all(one["attributes"]["published"] for one in listed)
    assert {one["attributes"]["creator_id"] for one in listed} == {OWNER}


def test_new_version_is_added_and_what_was_deployed_keeps_its_own(
    installer: Installer, redis: Seed
) -> None:
    installer.load(redis)
    template = installer.own(redis.slug)
    app = installer.create("deployments", {"name": "cache", "template_id": template["id"]})
    text = redis.attributes["compose_spec"].replace("7.4.2-alpine", "7.4.3-alpine")

    [outcome] = installer.load(newer(redis, "7.4.3", compose_spec=text))

    assert (outcome.done, outcome.detail) == ("version", "7.4.2 before")
    now = installer.own(redis.slug)["attributes"]
    assert (now["version"], now["published"], now["compose_spec"]) == ("7.4.3", True, text)
    kept = installer.get("deployments", app["id"])
    assert kept["attributes"]["template_version"] == "7.4.2"
    assert kept["attributes"]["updated_at"] == app["attributes"]["updated_at"]
    assert installer.load(newer(redis, "7.4.3", compose_spec=text))[0].done == "unchanged"


def test_what_the_owner_edited_by_hand_stays(installer: Installer, redis: Seed) -> None:
    installer.load(redis)
    own = {"price_monthly_cents": 999, "description": "Ours, and dearer than before."}
    path = f"/templates/{installer.own(redis.slug)['id']}"
    installer.call("PATCH", path, own, "templates")

    same, later = installer.load(redis)[0], installer.load(newer(redis, "7.5.0"))[0]

    now = installer.own(redis.slug)["attributes"]
    assert (same.done, later.done) == ("unchanged", "version")
    assert {name: now[name] for name in own} == own


def test_what_the_owner_took_out_of_the_catalogue_stays_out(
    installer: Installer, redis: Seed
) -> None:
    installer.load(redis)
    installer.call("POST", f"/templates/{installer.own(redis.slug)['id']}/unpublish")

    outcomes = [installer.load(seed)[0].done for seed in (redis, newer(redis, "7.5.0"))]

    assert outcomes == ["unchanged", "version"]
    assert installer.own(redis.slug)["attributes"]["published"] is False


def test_loading_that_was_cut_short_is_finished(installer: Installer, redis: Seed) -> None:
    installer.create("templates", redis.attributes)

    [outcome] = installer.load(redis)

    assert outcome.done == "published"
    assert installer.own(redis.slug)["attributes"]["published"] is True


def test_owners_higher_version_is_kept(installer: Installer, redis: Seed) -> None:
    installer.load(redis)
    template = installer.own(redis.slug)["id"]
    given = {"version": "8.0.0", "readme": "Ours."}
    installer.call("POST", f"/templates/{template}/versions", given, "template_versions")

    [outcome] = installer.load(redis)

    assert (outcome.done, outcome.detail) == ("kept", "8.0.0 is there, which is higher")
    assert installer.own(redis.slug)["attributes"]["readme"] == "Ours."


def test_files_that_changed_under_a_published_version_are_told_and_not_loaded(
    installer: Installer, redis: Seed
) -> None:
    installer.load(redis)

    [outcome] = installer.load(newer(redis, "7.4.2", readme="Changed."))

    assert (outcome.done, outcome.detail) == (
        "failed",
        "readme differ from the files: raise the version there",
    )
    assert installer.own(redis.slug)["attributes"]["readme"] == redis.attributes["readme"]


def test_name_that_somebody_else_has_fails_alone(
    here: World, installer: Installer, redis: Seed
) -> None:
    other = next(seed for seed in SEEDS if seed.slug == "it-tools")
    assert here.call("POST", "/templates", redis.attributes, user="stranger").status == 201

    outcomes = installer.load(redis, other)

    assert [one.done for one in outcomes] == ["failed", "made"]
    assert "redis-cache exists already" in outcomes[0].detail
