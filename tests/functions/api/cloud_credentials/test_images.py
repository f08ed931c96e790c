"""What a provider offers: its images, and how long an answer of its is kept."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.domain.errors import ProviderUnavailable
from chalicelib.runtime import wiring
from chalicelib.services.provisions import offers
from tests.functions import things
from tests.functions.checks import Checked

LISTS = ("regions", "sizes", "images")
each_list = pytest.mark.parametrize("what", LISTS)


def test_images_are_resource_objects_that_keep_flat_members(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    reply = here.call("GET", f"/cloud_credentials/{credential}/images", user=owner)

    shown = {"name": "Debian 12 x64", "distribution": "Debian", "regions": ["fra1"]}
    assert reply.body["data"] == [
        {"type": "images", "id": "debian-12-x64", "attributes": shown, **shown},
    ]


@each_list
def test_answer_is_kept_without_opening_the_secret_again(
    here: Checked, owner: str, what: str
) -> None:
    path = f"/cloud_credentials/{things.credential(here, owner)}/{what}"
    first = here.call("GET", path, user=owner)
    here.cloud.fails[what] = [ProviderUnavailable("no answer")]

    with mock.patch.object(wiring.seal(), "open", side_effect=AssertionError("opened again")):
        again = here.call("GET", path, user=owner)

    assert again.body == first.body


@each_list
def test_failed_answer_is_not_kept(here: Checked, owner: str, what: str) -> None:
    path = f"/cloud_credentials/{things.credential(here, owner)}/{what}"
    here.cloud.fails[what] = [ProviderUnavailable("no answer")]

    failed = here.world.call("GET", path, user=owner)
    reply = here.call("GET", path, user=owner)

    assert (failed.status, failed.codes) == (502, ["provider_unavailable"])
    assert (reply.status, len(reply.body["data"])) == (200, 1)


@each_list
def test_answer_is_asked_anew_after_its_time(here: Checked, owner: str, what: str) -> None:
    path = f"/cloud_credentials/{things.credential(here, owner)}/{what}"
    here.call("GET", path, user=owner)
    here.cloud.fails[what] = [ProviderUnavailable("no answer")]

    with mock.patch.object(offers, "KEPT_SECONDS", 0.0):
        reply = here.world.call("GET", path, user=owner)

    assert reply.status == 502


@each_list
def test_other_credentials_are_asked_anew(here: Checked, owner: str, what: str) -> None:
    credential = things.credential(here, owner)
    here.call("GET", f"/cloud_credentials/{credential}/{what}", user=owner)
    changed = {"credentials": {"api_token": "dop_v1_another"}}
    assert here.call("PATCH", f"/cloud_credentials/{credential}", changed, user=owner).status == 200
    here.cloud.fails[what] = [ProviderUnavailable("no answer")]

    reply = here.world.call("GET", f"/cloud_credentials/{credential}/{what}", user=owner)

    assert reply.status == 502


@each_list
def test_kept_answer_is_shown_to_its_owner_alone(
    here: Checked, owner: str, stranger: str, what: str
) -> None:
    path = f"/cloud_credentials/{things.credential(here, owner)}/{what}"
    here.call("GET", path, user=owner)

    assert here.call("GET", path, user=stranger).status == 404


def test_process_keeps_a_bounded_number(here: Checked, owner: str) -> None:
    offers.forget()
    with mock.patch.object(offers, "MOST_KEPT", 2):
        for _ in range(4):
            credential = things.credential(here, owner)
            here.call("GET", f"/cloud_credentials/{credential}/images", user=owner)

    assert len(offers._kept) == 2
