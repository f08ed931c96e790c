"""A server that no record knows goes when its account's owner names it."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Conflict, Invalid, NotFound, ProviderUnavailable
from chalicelib.runtime import wiring
from chalicelib.services.sweep.orphans import account_of, destroy_orphan
from tests.functions import sweeps, things
from tests.functions.checks import Checked
from tests.functions.sweeps import buried, provision, server, sweep

PATH = "/cloud_credentials/{}/destroy_orphan"


@pytest.fixture
def account(here: Checked, owner: str) -> str:
    sweeps.forget_state()
    return things.credential(here, owner)


def destroy(account: str, owner: str, server_id: str, name: str = "server-1") -> dict[str, object]:
    credential = account_of(wiring, account, owner)
    return destroy_orphan(wiring, credential, server_id=server_id, name=name, actor=owner)


def test_orphan_is_destroyed_and_the_trail_says_by_whom(
    here: Checked, owner: str, account: str
) -> None:
    orphan = server(here, f"prov_{'0' * 16}", name="forgotten")
    here.cloud.firewalls = {f"test-prov_{'0' * 16}": ("22/tcp",), "theirs": ("22/tcp",)}

    found = destroy(account, owner, orphan.id, "forgotten")

    assert found["name"] == "forgotten"
    assert sweep(account)["findings"] == []
    assert set(here.cloud.firewalls) == {"theirs"}
    [entry] = wiring.records().journal(account, limit=1)
    assert (entry.name, entry.actor) == ("orphan_destroyed", owner)
    assert entry.data["server"] == orphan.id


def test_another_name_destroys_nothing_and_says_what_to_type(
    here: Checked, owner: str, account: str
) -> None:
    orphan = server(here, name="forgotten")

    with pytest.raises(Invalid) as refused:
        destroy(account, owner, orphan.id, "Forgotten")

    [fault] = refused.value.faults
    assert fault.pointer == "/data/attributes/name"
    assert "forgotten" in fault.detail
    assert orphan.id in here.cloud.servers


@pytest.mark.parametrize("status", ["ready", "failed"])
def test_server_that_a_record_knows_is_no_orphan(
    here: Checked, owner: str, account: str, status: str
) -> None:
    known = server(here, provision(here, account, owner, status=status))

    with pytest.raises(Conflict) as refused:
        destroy(account, owner, known.id)

    assert refused.value.error_code == "not_orphaned"
    assert known.id in here.cloud.servers


@pytest.mark.parametrize("tags", [(), (f"test-prov_{'0' * 16}",), ("test-prov_0", "test-prov_1")])
def test_server_that_lost_its_tag_is_no_orphan_while_a_record_has_it_written_down(
    here: Checked, owner: str, account: str, tags: tuple[str, ...]
) -> None:
    living = server(here, tags=("hoster-test", *tags))
    provision(here, account, owner, provider_instance_id=living.id)
    other = things.credential(here, owner)

    for credential in (account, other):
        assert sweep(credential)["findings"] == []
        with pytest.raises(Conflict) as refused:
            destroy(credential, owner, living.id)
        assert refused.value.error_code == "not_orphaned"

    assert living.id in here.cloud.servers


def test_server_of_a_tombstone_may_go_before_the_sweep_sees_it(
    here: Checked, owner: str, account: str
) -> None:
    known = server(here, buried(here, account, owner))

    assert destroy(account, owner, known.id)["name"] == "server-1"


@pytest.mark.parametrize(
    "tags", [(), ("mine",), ("hoster-other",), ("hoster-test", "hoster-other")]
)
def test_server_that_is_not_this_installations_is_never_destroyed(
    here: Checked, owner: str, account: str, tags: tuple[str, ...]
) -> None:
    theirs = server(here, tags=tags)

    with pytest.raises(Conflict) as refused:
        destroy(account, owner, theirs.id)

    assert refused.value.error_code == "not_orphaned"
    assert theirs.id in here.cloud.servers


def test_server_that_the_account_does_not_have_is_not_found(
    here: Checked, owner: str, account: str
) -> None:
    with pytest.raises(NotFound):
        destroy(account, owner, "4711")


def test_region_that_does_not_answer_hides_no_orphan_of_another(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeps.forget_state()
    given = things.credential_attributes(
        provider="aws", credentials=things.SECRETS["aws"], default_region="us-east-1"
    )
    aws = here.call("POST", "/cloud_credentials", given, user=owner).id
    provision(here, aws, owner, region="ap-south-1")
    orphan, cloud = server(here), wiring.cloud

    def opened(provider: str, secret: dict[str, str], region: str = "") -> object:
        if region == "ap-south-1":
            raise ProviderUnavailable("This region is switched off.")
        return cloud(provider, secret, region)

    monkeypatch.setattr(wiring, "cloud", opened)

    with pytest.raises(ProviderUnavailable):
        destroy(aws, owner, "4711")
    assert destroy(aws, owner, orphan.id)["name"] == "server-1"


def test_account_of_somebody_else_is_not_found(
    here: Checked, owner: str, stranger: str, account: str
) -> None:
    with pytest.raises(NotFound):
        account_of(wiring, account, stranger)
