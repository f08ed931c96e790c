"""Asking the provider whether a credential works."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential, ProviderUnavailable, Throttled
from tests.functions import things
from tests.functions.checks import Checked


def test_token_that_works_is_valid(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    reply = here.call("POST", f"/cloud_credentials/{credential}/check", user=owner)

    assert (reply.status, reply.attributes["status"]) == (200, "valid")


def test_wrong_token_is_told_and_written_down(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    here.cloud.fails["check"] = [InvalidCredential("DigitalOcean refuses the token.")]

    reply = here.call("POST", f"/cloud_credentials/{credential}/check", user=owner)

    assert (reply.status, reply.codes) == (422, ["invalid_credential"])
    shown = here.call("GET", f"/cloud_credentials/{credential}", user=owner).attributes
    assert shown["status"] == "invalid"


def test_provider_that_does_not_answer_says_nothing_of_the_token(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    here.cloud.fails["check"] = [ProviderUnavailable("no answer"), Throttled("a pause")]

    away = here.world.call("POST", f"/cloud_credentials/{credential}/check", user=owner)
    busy = here.call("POST", f"/cloud_credentials/{credential}/check", user=owner)

    assert (away.status, away.codes) == (502, ["provider_unavailable"])
    assert (busy.status, busy.headers["Retry-After"]) == (429, "2")
    shown = here.call("GET", f"/cloud_credentials/{credential}", user=owner).attributes
    assert shown["status"] == "unchecked"
