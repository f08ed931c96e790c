"""What the last sweep of an account found is shown to its owner."""

from __future__ import annotations

from chalicelib.domain.errors import InvalidCredential
from tests.functions import sweeps, things
from tests.functions.checks import Checked
from tests.functions.sweeps import provision, server, sweep


def test_account_that_was_never_swept_says_so(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    reply = here.call("GET", f"/cloud_credentials/{credential}/sweep", user=owner)

    assert (reply.status, reply.body["data"]["type"]) == (200, "sweeps")
    assert (reply.attributes["state"], reply.attributes["ended_at"]) == ("never", None)


def test_findings_are_told_in_words_and_as_data(here: Checked, owner: str) -> None:
    sweeps.forget_state()
    credential = things.credential(here, owner)
    orphan = server(here, name="forgotten")
    failed = provision(here, credential, owner, status="failed")
    adopted = server(here, failed)
    sweep(credential)

    shown = here.call("GET", f"/cloud_credentials/{credential}/sweep", user=owner).attributes

    assert shown["servers"] == 2
    by_kind = {finding["kind"]: finding for finding in shown["findings"]}
    assert set(by_kind) == {"orphan", "adopted"}
    assert by_kind["orphan"]["server_id"] == orphan.id
    assert by_kind["orphan"]["provision_id"] is None
    assert "forgotten" in by_kind["orphan"]["message"]
    assert by_kind["adopted"]["provision_id"] == failed
    assert by_kind["adopted"]["server_id"] == adopted.id
    assert by_kind["adopted"]["repaired"]


def test_provider_that_refuses_is_told(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    here.cloud.fails["find"] = [InvalidCredential("DigitalOcean refuses the token.")]
    sweep(credential)

    shown = here.call("GET", f"/cloud_credentials/{credential}/sweep", user=owner).attributes

    assert shown["state"] == "failed"
    assert shown["errors"] == [
        {"region": None, "code": "invalid_credential", "message": "DigitalOcean refuses the token."}
    ]
