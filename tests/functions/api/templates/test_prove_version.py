"""Asking for a proof of a version: what is refused, and what begins."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.limits import PLANS
from tests.functions import things
from tests.functions.checks import Checked

KIND: dict[str, Any] = {"kind": "template_proofs"}


def path_of(template: str, version: str = "1.0.0") -> str:
    return f"/templates/{template}/versions/{version}/prove"


def test_proof_begins_with_its_work(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    given = things.proof_attributes(things.credential(here, owner))

    reply = here.call("POST", path_of(template), given, user=owner, **KIND)

    assert reply.status == 202
    shown = reply.attributes
    assert (shown["status"], shown["work"]["kind"]) == ("pending", "prove")
    assert {name: shown[name] for name in given} == given
    assert (shown["template_id"], shown["template_version"]) == (template, "1.0.0")
    assert (shown["cloud_provision_id"], shown["deployment_id"]) == (None, None)
    assert (reply.id, "prove") in here.workflows.started
    listed = here.call("GET", f"/template_proofs?filter[template_id]={template}", user=owner)
    assert [one["id"] for one in listed.body["data"]] == [reply.id]
    steps = here.call("GET", f"/template_proofs/{reply.id}/timeline", user=owner).attributes
    assert [one["name"] for one in steps["steps"]][:2] == ["OrderServer", "AwaitNode"]


def test_proofs_of_another_template_are_not_listed(here: Checked, owner: str) -> None:
    things.proof(here, owner)
    other = things.draft(here, owner)

    reply = here.call("GET", f"/template_proofs?filter[template_id]={other}", user=owner)

    assert reply.body["data"] == []


def test_version_has_one_proof_in_hand(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    things.proof(here, owner, template)
    given = things.proof_attributes(things.credential(here, owner))

    reply = here.call("POST", path_of(template), given, user=owner, **KIND)

    assert (reply.status, reply.codes) == (409, ["proof_in_progress"])


def test_account_has_three_proofs_in_hand(here: Checked, owner: str) -> None:
    for _ in range(3):
        things.proof(here, owner)
    given = things.proof_attributes(things.credential(here, owner))

    reply = here.call("POST", path_of(things.draft(here, owner)), given, user=owner, **KIND)

    assert (reply.status, reply.codes) == (409, ["too_many_proofs"])


def test_credential_of_somebody_else_is_refused(here: Checked, owner: str, stranger: str) -> None:
    given = things.proof_attributes(things.credential(here, stranger))

    reply = here.call("POST", path_of(things.draft(here, owner)), given, user=owner, **KIND)

    assert (reply.status, reply.codes) == (422, ["not_found"])
    pointer = {"pointer": "/data/attributes/cloud_credential_id"}
    assert reply.body["errors"][0]["source"] == pointer


def test_template_of_somebody_else_is_not_found(here: Checked, owner: str, stranger: str) -> None:
    template = things.published(here, stranger)
    given = things.proof_attributes(things.credential(here, owner))

    reply = here.call("POST", path_of(template), given, user=owner, **KIND)

    assert (reply.status, reply.codes) == (404, ["not_found"])


def test_version_that_is_not_there_is_not_found(here: Checked, owner: str) -> None:
    given = things.proof_attributes(things.credential(here, owner))
    path = path_of(things.draft(here, owner), "9.9.9")

    reply = here.call("POST", path, given, user=owner, **KIND)

    assert (reply.status, reply.codes) == (404, ["not_found"])


def test_variable_for_which_nothing_can_be_made_up_is_told_at_once(
    here: Checked, owner: str
) -> None:
    code = {"name": "CODE", "type": "string", "required": True, "validation": "[a-z]{3}-[0-9]{9}"}
    template = things.draft(here, owner, variables=[things.GREETING, code])
    given = things.proof_attributes(things.credential(here, owner))

    reply = here.call("POST", path_of(template), given, user=owner, **KIND)

    assert (reply.status, reply.codes) == (422, ["needs_a_value"])
    assert "CODE" in reply.body["errors"][0]["detail"]


@pytest.mark.parametrize("plan", ["free"])
def test_proof_counts_for_no_limit(here: Checked, owner: str, plan: str) -> None:
    assert PLANS[plan].max_nodes == 1
    things.made(
        here,
        "/cloud_provisions",
        things.provision_attributes(things.credential(here, owner)),
        owner,
        plan,
    )
    given = things.proof_attributes(things.credential(here, owner))

    path = path_of(things.draft(here, owner))
    reply = here.call("POST", path, given, user=owner, plan=plan, **KIND)

    assert reply.status == 202
