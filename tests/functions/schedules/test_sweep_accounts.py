"""Every account is swept every five minutes; after a restore sweeps report and change nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.domain.errors import ProviderUnavailable, Throttled
from chalicelib.ports.records import Work
from chalicelib.runtime import settings, wiring
from chalicelib.services.sweep import sweep_state
from functions.schedules import sweep_accounts
from tests.functions import sweeps, things
from tests.functions.checks import Checked
from tests.functions.sweeps import begin, buried, deliver, kinds, provision, record, server, sweep


@pytest.fixture(autouse=True)
def _first_round(here: Checked) -> None:
    sweeps.forget_state()
    sweeps.waiting()
    for one in wiring.records().working(limit=10_000):
        things.put(one.id, clear_work=True)


@pytest.fixture
def account(here: Checked, owner: str) -> str:
    return things.credential(here, owner)


def restored(monkeypatch: pytest.MonkeyPatch, epoch: int) -> None:
    """Be the installation after a restore, which raises its epoch."""
    monkeypatch.setenv("HOSTER_EPOCH", str(epoch))
    settings.settings.cache_clear()


@pytest.fixture(autouse=True)
def _epoch_of_the_others(monkeypatch: pytest.MonkeyPatch) -> Any:
    yield
    monkeypatch.undo()
    settings.settings.cache_clear()


def test_every_living_credential_is_asked_for_once(here: Checked, owner: str) -> None:
    mine = {things.credential(here, owner) for _ in range(3)}
    gone = things.credential(here, owner)
    assert here.call("DELETE", f"/cloud_credentials/{gone}", user=owner).status == 204

    answer = begin()

    asked = [message["credential"] for message in sweeps.waiting()]
    assert answer["asked"] == len(asked) == len(set(asked))
    assert mine <= set(asked)
    assert gone not in asked


def test_round_from_end_to_end(here: Checked, owner: str, account: str) -> None:
    back = server(here, buried(here, account, owner))

    begin()
    deliver(*sweeps.waiting())
    here.world.skew += sweeps.BY_THE_WAY
    begin()
    deliver(*sweeps.waiting())

    assert back.id not in here.cloud.servers


def counted(said: str) -> dict[str, float]:
    """The metrics that a function wrote into its log."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith('{"_aws"')]
    found: dict[str, float] = {}
    for line in lines:
        [shape] = line["_aws"]["CloudWatchMetrics"]
        assert shape["Namespace"] == "Hoster"
        assert sorted(shape["Dimensions"][0]) == ["installation", "service"]
        assert (line["installation"], line["service"]) == ("test", "hoster")
        found |= {metric["Name"]: line[metric["Name"]][0] for metric in shape["Metrics"]}
    return found


def test_alarms_have_their_numbers(
    here: Checked, owner: str, account: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server(here)
    provision(here, account, owner, provider_instance_id="4711")
    provision(here, account, owner, provider_instance_id="4712")
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    here.world.skew += 90_000
    capsys.readouterr()

    begin(lift=True)
    sweep(account)

    assert counted(capsys.readouterr().out) == {
        "OrphanServers": 1,
        "LostServers": 2,
        "StuckWork": 1,
    }


def test_accounts_are_asked_for_though_work_cannot_be_looked_at(
    here: Checked, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(_kind: str, *, limit: int) -> tuple[str, ...]:
        raise Throttled(f"Not {limit} now.")

    monkeypatch.setattr(here.workflows, "running", throttled)

    answer = begin()

    assert account in [message["credential"] for message in sweeps.waiting()]
    assert answer["asked"] >= 1


def test_alarms_keep_their_numbers_while_a_provider_does_not_answer(
    here: Checked, owner: str, account: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server(here)
    provision(here, account, owner, provider_instance_id="4711")
    sweep(account)
    here.cloud.fails["find"] = [ProviderUnavailable("no answer")] * 2
    for _ in range(2):
        capsys.readouterr()

        sweeps.again(here, account)

        assert counted(capsys.readouterr().out) == {"OrphanServers": 1, "LostServers": 1}


def test_stuck_work_and_executions_without_a_record_are_reported(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    here.workflows.start("nobody", Work("deploy", 1, "nobody-e1-g1-a1", wiring.now()))
    here.workflows.start(app, Work("stop", 7, f"{app}-e1-g7-a1", wiring.now()))
    begin()
    early = wiring.reports().of("work")
    here.world.skew += 3000

    begin()

    late = wiring.reports().of("work")
    assert early is not None
    assert late is not None
    assert (early["stuck"], [one["id"] for one in late["stuck"]]) == ([], [app])
    assert {(one["execution"], one["record"]) for one in late["stray_executions"]} == {
        ("nobody-e1-g1-a1", "is not there"),
        (f"{app}-e1-g7-a1", "works on something else"),
    }


def test_execution_that_ends_at_this_moment_is_none(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.call("POST", f"/deployments/{app}/start", user=owner)
    running = here.workflows.running

    def ends(kind: str, *, limit: int) -> tuple[str, ...]:
        names = running(kind, limit=limit)
        here.workflows.executions.update(dict.fromkeys(names, "succeeded"))
        things.put(app, clear_work=True)
        return names

    here.workflows.running = ends  # type: ignore[method-assign]

    begin()

    report = wiring.reports().of("work")
    assert report is not None
    assert report["stray_executions"] == []


def test_reports_are_answered_without_a_round(here: Checked, account: str) -> None:
    server(here)
    sweep(account)
    begin()
    sweeps.waiting()

    answer = begin(reports=True)

    assert kinds(answer["accounts"][account]) == [("orphan", False)]
    assert answer["work"]["counts"] == {"StuckWork": 0, "StrayExecutions": 0}
    assert sweeps.waiting() == []


def test_answer_with_reports_stays_small(
    here: Checked, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        server(here)
    sweep(account)
    monkeypatch.setattr(sweep_accounts, "REPORTED", 1)
    monkeypatch.setattr(sweep_accounts, "MOST_FINDINGS", 2)
    monkeypatch.setattr(type(wiring.records()), "watched", lambda *_a, **_k: (account,))

    report = begin(reports=True)["accounts"][account]

    assert (len(report["findings"]), report["left_out"]) == (2, 1)


# After a restore ----------------------------------------------------------------------------


def copied() -> dict[str, Any]:
    """What the tables hold, as a backup would keep it."""
    tables = dynamodb_backends["123456789012"]["us-east-1"].tables
    return {name: deepcopy(table.items) for name, table in tables.items()}


def put_back(backup: dict[str, Any]) -> None:
    """Put the tables back as they were."""
    tables = dynamodb_backends["123456789012"]["us-east-1"].tables
    for name, items in backup.items():
        tables[name].items.clear()
        tables[name].items.update(items)


def test_raised_epoch_stops_repairs_until_an_operator_lifts_that(
    here: Checked, owner: str, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = server(here, buried(here, account, owner))
    ours = provision(here, account, owner, status="failed")
    server(here, ours)
    missing = provision(here, account, owner, provider_instance_id="4711")
    begin()
    restored(monkeypatch, 2)

    held = [begin()["report_only_reason"] for _ in range(2)]
    report = sweep(account)
    lifted = begin(lift=True)["report_only_reason"]
    after = sweep(account)

    assert all("epoch is 2" in reason for reason in held)
    assert report["report_only"]
    assert "epoch is 2" in report["report_only_reason"]
    assert sorted(kinds(report)) == [("adopted", False), ("missing", False), ("returned", False)]
    assert "would" in report["findings"][0]["message"]
    assert lifted is None
    assert sorted(kinds(after)) == [("adopted", True), ("missing", True), ("returned", True)]
    assert not after["report_only"]
    here.cloud._age()
    assert back.id not in here.cloud.servers
    assert record(missing).attributes["missing_since"]


def test_next_restore_stops_them_again(
    here: Checked, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored(monkeypatch, 2)
    begin(lift=True)
    restored(monkeypatch, 3)

    assert begin()["report_only_reason"] is not None


def test_new_installation_repairs_from_its_first_round(here: Checked) -> None:
    assert begin()["report_only_reason"] is None


def test_silence_of_a_day_stops_repairs_though_rounds_go_on(here: Checked, account: str) -> None:
    """A table of yesterday, put back by somebody who forgot to raise the epoch."""
    begin()
    here.world.skew += sweep_state.SILENT_SECONDS + 60

    first = sweep(account)["report_only"]
    reasons = [begin()["report_only_reason"] for _ in range(2)]
    lifted = begin(lift=True)["report_only_reason"]

    assert first
    assert all("No sweep was written down" in str(reason) for reason in reasons)
    assert lifted is None


@dataclass
class Day:
    """What happened since a backup: which records there are, and what stands at the provider."""

    backup: dict[str, Any]
    retried: str
    kept: str
    destroyed: str
    alive: set[str]


def day_passed(here: Checked, account: str, owner: str) -> Day:
    """Since the backup a server was made, a failed order became ready, a server was destroyed."""
    begin()
    retried = provision(here, account, owner, status="failed")
    kept = provision(here, account, owner, provider_instance_id="1001")
    server(here, kept, id="1001")
    destroyed = provision(here, account, owner, provider_instance_id="1002")
    backup = copied()
    made = provision(here, account, owner, provider_instance_id="1003")
    server(here, made, id="1003")
    server(here, retried, id="1004")
    things.put(retried, status="ready", attributes={"provider_instance_id": "1004"})
    things.put(destroyed, status="destroyed", bury=True)
    return Day(backup, retried, kept, destroyed, set(here.cloud.servers))


def unharmed(here: Checked, day: Day, report: dict[str, Any]) -> None:
    """Whatever lives stands, the retried order has its server, and what is gone ends."""
    assert set(here.cloud.servers) == day.alive
    assert record(day.retried).attributes["provider_instance_id"] == "1004"
    assert record(day.kept).status == "ready"
    assert [work for work in here.workflows.started if work[1] == "destroy"] == [
        (day.destroyed, "destroy")
    ]
    assert ("orphan", False) in kinds(report)


@pytest.mark.parametrize("epoch", [1, 2])
def test_restored_table_of_yesterday_with_live_servers_harms_nothing(
    here: Checked, owner: str, account: str, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    """Yesterday's tables beside today's servers, whether the epoch was raised or forgotten."""
    day = day_passed(here, account, owner)
    put_back(day.backup)
    restored(monkeypatch, epoch)
    here.world.skew += 86_400 + sweeps.BY_THE_WAY

    for _ in range(4):
        begin()
        sweeps.waiting()
        report = sweeps.again(here, account)

    found = {finding["kind"]: finding for finding in report["findings"]}
    assert report["report_only"]
    assert not any(finding["repaired"] for finding in report["findings"])
    assert found["orphan"]["server_id"] == "1003"
    assert found["adopted"]["server_id"] == "1004"
    assert found["missing"]["server_id"] == "1002"
    assert set(here.cloud.servers) == day.alive
    assert record(day.retried).version == 1

    begin(lift=True)
    for _ in range(4):
        report = sweeps.again(here, account)

    unharmed(here, day, report)


def test_table_that_was_put_back_within_the_hour_harms_nothing_though_sweeps_repair(
    here: Checked, owner: str, account: str
) -> None:
    """Nobody raised the epoch and no sweep is missing: the rules alone keep what lives."""
    day = day_passed(here, account, owner)
    put_back(day.backup)

    for _ in range(4):
        report = sweeps.again(here, account)

    assert not report["report_only"]
    unharmed(here, day, report)
