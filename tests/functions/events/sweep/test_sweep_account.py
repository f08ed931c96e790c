"""An account is swept: servers and records are held together, and what is certain is done."""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.domain.errors import InvalidCredential, NotReady, ProviderUnavailable, Throttled
from chalicelib.ports.clouds import Server
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.sweep import sweep_repairs, sweep_reports
from chalicelib.services.sweep.sweeping import sweep_account
from tests.functions import sweeps, things
from tests.functions.asked import asked_of_dynamodb
from tests.functions.checks import Checked
from tests.functions.sweeps import again, buried, kinds, provision, record, server, sweep, told


@pytest.fixture
def account(here: Checked, owner: str) -> str:
    """A credential of an account that knows no server yet."""
    sweeps.forget_state()
    return things.credential(here, owner)


def instance_of(provision_id: str) -> str | None:
    return record(provision_id).attributes.get("provider_instance_id")


def test_account_in_order_has_nothing_to_tell(here: Checked, owner: str, account: str) -> None:
    made = server(here, name="server-1")
    ours = provision(here, account, owner, provider_instance_id=made.id)
    here.cloud.servers[made.id] = server(here, ours, id=made.id)

    report = sweep(account)

    assert (report["state"], report["findings"], report["errors"]) == ("done", [], [])
    assert (report["servers"], report["provisions"], report["report_only"]) == (1, 1, False)
    assert record(ours).version == 1, "nothing is written without need"


def test_server_that_no_record_knows_is_told_and_stays(here: Checked, account: str) -> None:
    orphan = server(here, f"prov_{'0' * 16}", name="forgotten")

    for _ in range(3):
        report = again(here, account)

    assert kinds(report) == [("orphan", False)]
    [finding] = report["findings"]
    assert finding["server_id"] == orphan.id
    assert "forgotten" in finding["message"]
    assert report["counts"] == {"OrphanServers": 1, "LostServers": 0}
    assert orphan.id in here.cloud.servers


def test_server_of_another_installation_is_not_even_looked_at(here: Checked, account: str) -> None:
    server(here, tags=("hoster-other", f"other-prov_{'0' * 16}"))

    report = sweep(account)

    assert (report["servers"], report["findings"]) == (0, [])


def test_second_server_of_an_order_is_destroyed(here: Checked, owner: str, account: str) -> None:
    ours = provision(here, account, owner)
    kept, extra = server(here, ours), server(here, ours)
    things.put(ours, attributes={"provider_instance_id": kept.id})
    here.world.skew += 120

    report = sweep(account)
    again(here, account)

    assert kinds(report) == [("extra", True)]
    assert set(here.cloud.servers) == {kept.id}
    assert extra.id not in here.cloud.servers
    assert "extra_server_destroyed" in told(ours)


def test_failed_order_gets_its_server_back(here: Checked, owner: str, account: str) -> None:
    ours = provision(here, account, owner, status="failed", refused=True)
    young = server(here, ours, created_at=sweeps.ago(600))
    old = server(here, ours, created_at=sweeps.ago(1200))

    report = sweep(account)
    later = again(here, account)

    assert kinds(report) == [("adopted", True), ("extra", True)]
    assert instance_of(ours) == old.id
    assert record(ours).attributes["refused"] is None, "its destroy asks the provider"
    assert kinds(later) == [("waiting", False)]
    assert young.id not in here.cloud.servers
    assert "server_adopted" in told(ours)


def test_server_of_a_destroyed_order_that_returns_is_destroyed(
    here: Checked, owner: str, account: str
) -> None:
    ours = buried(here, account, owner)
    back = server(here, ours)
    here.cloud.firewalls[sweeps.tag(ours)] = ("22/tcp",)
    key = record(record(ours).attributes["ssh_key_id"]).attributes["public_key"]

    report = sweep(account)
    again(here, account)

    assert kinds(report) == [("returned", True)]
    assert back.id not in here.cloud.servers
    assert here.cloud.firewalls == {}
    assert key not in here.cloud.keys
    assert "returned_server_destroyed" in told(ours)


def test_order_that_was_declared_gone_leaves_nothing_at_the_provider(
    here: Checked, owner: str, account: str
) -> None:
    """Its owner declared it gone without the provider, and the right token is back."""
    ours = provision(here, account, owner, declared_gone=True)
    back = server(here, ours)
    things.put(ours, status="destroyed", bury=True)
    here.cloud.firewalls[sweeps.tag(ours)] = ("22/tcp",)
    here.cloud.tags |= set(back.tags)

    for _ in range(3):
        again(here, account)

    assert here.cloud.servers == {}
    assert here.cloud.firewalls == {}
    assert sweeps.tag(ours) not in here.cloud.tags
    assert here.cloud.keys == set()


def test_what_is_left_of_a_declared_order_goes_without_a_server_too(
    here: Checked, owner: str, account: str
) -> None:
    ours = provision(here, account, owner, declared_gone=True)
    things.put(ours, status="destroyed", bury=True)
    here.cloud.firewalls[sweeps.tag(ours)] = ("22/tcp",)
    here.cloud.fails["remove_firewall"] = [NotReady("A server still holds it.")]

    first = sweep(account)
    again(here, account)
    version = record(ours).version
    again(here, account)

    assert [error["code"] for error in first["errors"]] == ["not_ready"]
    assert here.cloud.firewalls == {}
    assert here.cloud.keys == set()
    assert record(ours).version == version, "it is done once"


def test_account_that_does_not_know_the_key_is_not_cleared(
    here: Checked, owner: str, account: str
) -> None:
    ours = provision(here, account, owner, declared_gone=True)
    things.put(ours, status="destroyed", bury=True)
    here.cloud.keys.clear()

    sweep(account)

    assert "cleared_at" not in record(ours).attributes


def test_tombstone_is_believed_when_its_credential_was_replaced(
    here: Checked, owner: str, account: str
) -> None:
    ours = buried(here, "cred_ffffffffffffffff", owner)
    server(here, ours)

    assert kinds(sweep(account)) == [("returned", True)]


def test_nobody_elses_record_makes_a_server_go(
    here: Checked, owner: str, stranger: str, account: str
) -> None:
    """Whoever tags a server of their own with somebody else's record changes nothing of it."""
    theirs = things.credential(here, stranger)
    tombstone = buried(here, theirs, stranger)
    living = provision(here, theirs, stranger, status="failed")
    copies = {server(here, tombstone).id, server(here, living).id}

    report = sweep(account)

    assert report["findings"] == []
    assert set(here.cloud.servers) == copies
    assert instance_of(living) is None


def test_server_of_another_credential_of_the_same_account_is_left_to_it(
    here: Checked, owner: str, account: str
) -> None:
    other = things.credential(here, owner)
    ours = provision(here, other, owner, status="failed")
    made = server(here, ours)

    assert sweep(account)["findings"] == []
    assert kinds(sweep(other)) == [("adopted", True)]
    assert instance_of(ours) == made.id


def test_server_that_is_gone_ends_its_record_after_two_sweeps(
    here: Checked, owner: str, account: str
) -> None:
    ours = provision(here, account, owner, provider_instance_id="4711")

    first = sweep(account)
    status = record(ours).status
    second = again(here, account)

    assert kinds(first) == [("missing", True)]
    assert (status, "server_missing" in told(ours)) == ("ready", True)
    assert kinds(second) == [("gone", True)]
    assert first["counts"]["LostServers"] == second["counts"]["LostServers"] == 1
    ended = record(ours)
    assert (ours, "destroy") in here.workflows.started
    assert ended.status == "destroying"
    assert ended.attributes["with_apps"]
    assert kinds(again(here, account)) == [], "the destroy goes on by itself"


def test_server_that_answers_is_not_buried_though_its_provider_does_not_know_it(
    here: Checked, owner: str, account: str
) -> None:
    """The watch sees it healthy each minute while the provider answers 404: sweep after sweep."""
    home = things.node(owner)
    ours = provision(here, account, owner, provider_instance_id="4711", node_id=home)

    for _ in range(4):
        things.put(home, attributes={"last_seen_at": wiring.now(), "misses": 0})
        report = again(here, account)

    [finding] = report["findings"]
    assert (finding["kind"], finding["repaired"]) == ("missing", False)
    assert "yet it answers" in finding["message"]
    assert record(ours).status == "ready"

    things.put(home, attributes={"last_seen_at": wiring.now(), "misses": 3})
    assert kinds(again(here, account)) == [("missing", False)], "it was seen a moment ago"
    assert kinds(again(here, account)) == [("gone", True)]


def test_server_that_is_seen_again_is_missed_no_more(
    here: Checked, owner: str, account: str
) -> None:
    ours = provision(here, account, owner, provider_instance_id="4711")
    sweep(account)
    server(here, ours, id="4711")

    report = again(here, account)

    assert report["findings"] == []
    assert record(ours).attributes["missing_since"] is None
    assert told(ours)[0] == "server_found"


def test_account_that_never_had_the_server_proves_nothing(
    here: Checked, owner: str, account: str
) -> None:
    """The token was replaced by one of another account, which knows neither server nor key."""
    ours = provision(here, account, owner, provider_instance_id="4711")
    here.cloud.keys.clear()

    for _ in range(3):
        report = again(here, account)

    assert kinds(report) == [("unproven", False)]
    assert report["counts"]["LostServers"] == 0
    assert record(ours).version == 1
    assert record(ours).status == "ready"


def test_listing_that_lacks_a_server_which_is_there_ends_nothing(
    here: Checked, owner: str, account: str
) -> None:
    ours = provision(here, account, owner, provider_instance_id="4711")
    server(here, ours, id="4711")

    for _ in range(3):
        here.cloud.unlisted = 1
        report = again(here, account)

    assert report["findings"] == []
    assert record(ours).version == 1


def test_what_is_fresh_is_not_judged(here: Checked, owner: str, account: str) -> None:
    """A provider lags behind an order, and a record behind what was just made."""
    late = provision(here, account, owner, provider_instance_id="4711")
    doubled = provision(here, account, owner)
    things.put(late, attributes={"completed_at": wiring.now()})
    kept = server(here, doubled)
    things.put(doubled, attributes={"provider_instance_id": kept.id})
    server(here, doubled, created_at=sweeps.ago(5))

    report = sweep(account)

    assert report["findings"] == []
    assert len(here.cloud.servers) == 2


def test_work_in_hand_is_left_to_its_machine(here: Checked, owner: str, account: str) -> None:
    given = things.provision_attributes(account)
    ours = here.call("POST", "/cloud_provisions", given, user=owner).id
    servers = {server(here, ours).id, server(here, ours).id}
    here.world.skew += 600

    report = sweep(account)

    assert report["findings"] == []
    assert set(here.cloud.servers) == servers
    assert instance_of(ours) is None


def test_work_beyond_its_budget_is_told(here: Checked, owner: str, account: str) -> None:
    given = things.provision_attributes(account)
    here.call("POST", "/cloud_provisions", given, user=owner)
    here.world.skew += 30_000

    [finding] = sweep(account)["findings"]

    assert (finding["kind"], finding["repaired"]) == ("stuck", False)


def test_revoked_credential_is_told_and_keeps_no_other_waiting(
    here: Checked, owner: str, account: str
) -> None:
    ours = provision(here, account, owner, provider_instance_id="4711")
    other = things.credential(here, owner)
    here.cloud.fails["find"] = [InvalidCredential("DigitalOcean refuses the token.")]
    due = wiring.now()

    sweeps.deliver({"credential": account, "due": due}, {"credential": other, "due": due})

    report, fine = wiring.reports().of(account), wiring.reports().of(other)
    assert report is not None
    assert fine is not None
    assert (report["state"], fine["state"]) == ("failed", "done")
    [error] = report["errors"]
    assert (error["code"], "refuses" in error["message"]) == ("invalid_credential", True)
    assert record(ours).version == 1, "who does not answer proves nothing"


def test_account_that_breaks_keeps_no_other_waiting(
    here: Checked, owner: str, account: str
) -> None:
    other = things.credential(here, owner)
    here.cloud.fails["find"] = [KeyError("what nobody thought of")]  # type: ignore[list-item]
    due = wiring.now()

    failed = sweeps.deliver({"credential": account, "due": due}, {"credential": other, "due": due})

    assert (failed, wiring.reports().of(account)) == ([], None)
    assert (wiring.reports().of(other) or {})["state"] == "done"


def test_report_of_many_servers_with_long_names_is_kept(here: Checked, account: str) -> None:
    for _ in range(sweep_reports.MOST_FINDINGS + 20):
        server(here, name="\u5c71" * 256)

    report = sweep(account)

    assert report["counts"]["OrphanServers"] == sweep_reports.MOST_FINDINGS + 20
    assert len(report["findings"]) + report["left_out"] == sweep_reports.MOST_FINDINGS + 20
    assert len(report["findings"]) > 50
    assert report["findings"][0]["server_name"] == "\u5c71" * 99 + "…"


@pytest.mark.parametrize("error", [Throttled("a pause"), ProviderUnavailable("no answer")])
@pytest.mark.parametrize("call", ["find", "get", "knows_key"])
def test_provider_that_does_not_answer_proves_nothing(
    here: Checked, owner: str, account: str, call: str, error: Exception
) -> None:
    ours = provision(here, account, owner, provider_instance_id="4711")
    here.cloud.fails[call] = [error, error]  # type: ignore[list-item]

    for _ in range(2):
        report = again(here, account)

    assert report["findings"] == []
    assert report["errors"]
    assert record(ours).version == 1


def test_refused_destroy_is_told_and_comes_again(here: Checked, owner: str, account: str) -> None:
    back = server(here, buried(here, account, owner))
    here.cloud.fails["destroy"] = [Throttled("The provider asks for a pause.")]

    report = sweep(account)
    later = again(here, account)

    [finding] = report["findings"]
    assert (finding["repaired"], finding["error"]) == (False, "The provider asks for a pause.")
    assert kinds(later) == [("returned", True)]
    again(here, account)
    assert back.id not in here.cloud.servers


def test_record_that_moves_on_during_a_sweep_is_left_alone(
    here: Checked, owner: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A retry that begins between the comparison and the repair makes the repair void."""
    ours = provision(here, account, owner, status="failed")
    servers = {server(here, ours).id, server(here, ours).id}
    make = sweep_repairs.Repairs.make

    def late(repairs: sweep_repairs.Repairs, finding: object) -> str:
        if record(ours).work is None:
            assert here.call("POST", f"/cloud_provisions/{ours}/retry", user=owner).status == 200
        return make(repairs, finding)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep_repairs.Repairs, "make", late)

    report = sweep_account(wiring, account)

    assert report is not None
    assert [(one["kind"], one["error"]) for one in report["findings"]] == [
        ("adopted", sweep_repairs.MOVED),
        ("extra", sweep_repairs.MOVED),
    ]
    assert instance_of(ours) is None
    assert set(here.cloud.servers) == servers


def test_two_sweeps_at_once_do_everything_once(
    here: Checked, owner: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = provision(here, account, owner, status="failed")
    old = server(here, failed)
    server(here, failed, created_at=sweeps.ago(1200))
    missing = provision(here, account, owner, provider_instance_id="4711")
    make, inner = sweep_repairs.Repairs.make, iter([sweep_account])

    def meanwhile(repairs: sweep_repairs.Repairs, finding: object) -> str:
        for other in inner:
            other(wiring, account)
        return make(repairs, finding)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep_repairs.Repairs, "make", meanwhile)

    sweep_account(wiring, account)
    again(here, account)

    assert instance_of(failed) == old.id
    assert set(here.cloud.servers) == {old.id}
    assert told(failed).count("server_adopted") == 1
    assert told(missing).count("server_missing") == 1
    assert [one for one in here.workflows.started if one[0] == missing] == [(missing, "destroy")]


def test_message_that_comes_too_late_or_is_none_sweeps_nothing(here: Checked, account: str) -> None:
    server(here)

    late = {"credential": account, "due": sweeps.ago(3600)}
    again_later = sweeps.deliver(late, "{}", {"credential": "cred_none", "due": wiring.now()})

    assert again_later == ["1"]
    assert wiring.reports().of(account) is None


def test_deleted_credential_is_swept_no_more(here: Checked, owner: str, account: str) -> None:
    assert here.call("DELETE", f"/cloud_credentials/{account}", user=owner).status == 204

    sweeps.deliver({"credential": account, "due": wiring.now()})

    assert wiring.reports().of(account) is None


def test_every_region_of_a_regional_provider_is_asked(
    here: Checked, owner: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a record is or was, and where the credential begins; once known, for good."""
    given = things.credential_attributes(
        provider="aws", credentials=things.SECRETS["aws"], default_region="us-east-1"
    )
    aws = here.call("POST", "/cloud_credentials", given, user=owner).id
    provision(here, aws, owner, region="eu-west-1")
    gone = buried(here, aws, owner)
    table = wiring.records()
    table.change(Change(of=record(gone), attributes={"region": "ap-south-1"}))
    opened: list[str] = []
    cloud = wiring.cloud

    def noted(provider: str, secret: dict[str, str], region: str = "") -> object:
        opened.append(region)
        return cloud(provider, secret, region)

    monkeypatch.setattr(wiring, "cloud", noted)

    report = sweep(aws)

    assert opened == report["regions"] == ["ap-south-1", "eu-west-1", "us-east-1"]


def test_region_that_never_answers_keeps_no_other_from_being_cleared(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was switched off: it is forgotten, and what is elsewhere is put right."""
    given = things.credential_attributes(
        provider="aws", credentials=things.SECRETS["aws"], default_region="us-east-1"
    )
    aws = here.call("POST", "/cloud_credentials", given, user=owner).id
    far = provision(here, aws, owner, region="ap-south-1", provider_instance_id="i-1")
    left = provision(here, aws, owner, region="us-east-1", declared_gone=True)
    things.put(left, status="destroyed", bury=True)
    here.cloud.firewalls[sweeps.tag(left)] = ("22/tcp",)
    cloud = wiring.cloud

    def opened(provider: str, secret: dict[str, str], region: str = "") -> object:
        if region == "ap-south-1":
            raise ProviderUnavailable("This region is switched off.")
        return cloud(provider, secret, region)

    monkeypatch.setattr(wiring, "cloud", opened)

    report = sweep(aws)

    assert report["regions"] == ["us-east-1"]
    assert here.cloud.firewalls == {}
    assert record(far).version == 1


def test_what_a_sweep_without_news_costs(here: Checked, owner: str, account: str) -> None:
    """The figures of `docs/architecture.md`: one listing, one write, whatever stands there."""
    for _ in range(5):
        ours = provision(here, account, owner)
        made = server(here, ours)
        things.put(ours, attributes={"provider_instance_id": made.id})
    here.world.skew += 120
    calls: list[str] = []
    find = here.cloud.find

    def counted(tag: str) -> tuple[Server, ...]:
        calls.append(tag)
        return find(tag)

    here.cloud.find = counted  # type: ignore[method-assign]

    with asked_of_dynamodb() as asked:
        assert sweep(account)["findings"] == []

    asked.remove("GetItem")  # the test's own reading of the report
    assert calls == ["hoster-test"]
    assert Counter(asked) == {"GetItem": 3, "Query": 2, "BatchGetItem": 1, "PutItem": 1}
