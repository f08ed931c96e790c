"""The owner of the platform has a server destroyed that no record knows, by typing its name."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.runtime import wiring
from functions.calls.cloud_credentials import destroy_unknown
from tests.functions import sweeps, things
from tests.functions.calls.asking import OPERATOR, ask
from tests.functions.checks import Checked
from tests.functions.sweeps import server, sweep


@pytest.fixture
def account(here: Checked, owner: str) -> str:
    sweeps.forget_state()
    return things.credential(here, owner)


def test_server_goes_and_its_accounts_owner_reads_who_did_it(
    here: Checked, owner: str, account: str
) -> None:
    unknown = server(here, name="forgotten")

    found = ask(destroy_unknown.handler, credential=account, server_id=unknown.id, name="forgotten")

    assert found["name"] == "forgotten"
    assert sweep(account)["findings"] == []
    [entry] = wiring.records().journal(account, limit=1)
    assert (entry.name, entry.actor, entry.account) == ("orphan_destroyed", OPERATOR, owner)


def test_another_name_destroys_nothing(here: Checked, account: str) -> None:
    unknown = server(here, name="forgotten")

    with pytest.raises(Invalid):
        ask(destroy_unknown.handler, credential=account, server_id=unknown.id, name="other")

    assert unknown.id in here.cloud.servers


def test_what_is_no_credential_is_not_found(here: Checked) -> None:
    with pytest.raises(NotFound):
        ask(destroy_unknown.handler, credential="cred_0", server_id="1", name="x")
