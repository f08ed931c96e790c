"""Asking the provider whether a credential works."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential, ProviderUnavailable, Throttled
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.good import EVERY


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


def test_check_is_told_with_its_time_and_outcome(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    unchecked = here.call("GET", f"/cloud_credentials/{credential}", user=owner)

    reply = here.call("POST", f"/cloud_credentials/{credential}/check", user=owner)

    assert unchecked.attributes["last_checked_at"] is None
    assert reply.attributes["last_checked_at"] >= unchecked.attributes["created_at"]
    told = wiring.records().journal(credential, limit=1)[0]
    assert (told.name, told.actor, told.data) == ("checked", owner, {"outcome": "valid"})


def test_secrets_are_opened_by_few_operations_alone() -> None:
    opening = {name for name, o in EVERY.items() if any(need.kind == "open" for need in o.needs)}

    assert opening == {
        "POST /v1/cloud_credentials/{id}/check",
        "GET /v1/cloud_credentials/{id}/regions",
        "GET /v1/cloud_credentials/{id}/sizes",
        "GET /v1/cloud_credentials/{id}/images",
        "POST /v1/registry_credentials/{id}/check",
        # The key to a bucket of one's own: to try it, to have links into it, and to remove there.
        "POST /v1/backup_targets/{id}/check",
        "POST /v1/account_exports/{id}/download",
        "DELETE /v1/backups/{id}",
        # The passphrase of one's own backup, for its volumes or for the app that has them next.
        "POST /v1/backups/{id}/download",
        "POST /v1/backups/{id}/deploy",
        "POST /v1/backups/{id}/drill",
    }
