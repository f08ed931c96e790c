"""What `make sweep` prints."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from infra.sweep import __main__ as command
from infra.sweep.report import ended, lines, summary
from infra.sweep.round import Lambda, Round

EARLY, NOON, LATE = (f"2026-02-01T{hour}:00:00.000Z" for hour in ("11", "12", "13"))


def report(**changes: Any) -> dict[str, Any]:
    finding = {"kind": "orphan", "message": "No record knows it.", "repaired": False, "error": None}
    return {
        "state": "done",
        "ended_at": LATE,
        "servers": 1,
        "findings": [finding],
        "errors": [],
    } | changes


def found(**accounts: Any) -> dict[str, Any]:
    return {"accounts": accounts, "work": None, "reservations": None}


def test_summary_counts_and_is_good_when_everything_was_swept() -> None:
    gone = {"kind": "gone", "message": "", "repaired": True, "error": None}
    total = summary(found(a=report(), b=report(findings=[gone])), NOON, None)

    assert total["ok"]
    assert (total["accounts"], total["swept"], total["orphans"], total["lost"]) == (2, 2, 1, 1)
    assert total["repaired"] == 1


def test_account_that_was_not_swept_or_does_not_answer_is_not_good() -> None:
    late, refused = report(ended_at=EARLY), report(state="failed")

    assert not summary(found(a=late), NOON, None)["ok"]
    assert not summary(found(a=None), NOON, None)["ok"]
    assert not summary(found(a=refused), NOON, None)["ok"]
    assert not ended(found(a=report(), b=None), NOON)


def test_people_read_findings_refusals_and_what_to_do_after_a_restore() -> None:
    refused = {"region": None, "code": "invalid_credential", "message": "The token is refused."}
    given = found(a=report(errors=[refused]), b=None)
    given["work"] = {
        "stuck": [{"kind": "deploy", "id": "x", "step": "PullImages", "no_progress_since": EARLY}],
        "stray_executions": [{"execution": "y-e1-g1-a1", "record": "is not there"}],
    }
    given["reservations"] = {"keys": [{"key": "host#a.example.com", "holder": "z"}]}
    total = summary(given, NOON, "It was restored.") | {"seconds": 1.0}

    text = "\n".join(lines(given, total))

    for words in (
        "a  1 server, 1 finding",
        "No record knows it.",
        "The token is refused.",
        "b  not swept yet",
        "deploy of x, at PullImages",
        "y-e1-g1-a1",
        "host#a.example.com for z",
        "make sweep LIFT=1",
    ):
        assert words in text


class Answers:
    """A client of Lambda whose answers are given."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's
        self.asked.append((FunctionName, json.loads(Payload)))
        return {"Payload": BytesIO(json.dumps(self.answers.pop(0)).encode())}


def test_round_is_asked_for_and_its_reports_are_read() -> None:
    begun = {"asked": 1, "asked_at": NOON, "report_only_reason": None}
    client = Answers(begun, found(a=report()))

    asked = Round(Lambda(client, "mine"), lift=True)
    answer = asked.reports(until=0)

    assert ended(answer, asked.at)
    assert client.asked == [
        ("mine-schedules_sweep_accounts", {"lift": True}),
        ("mine-schedules_sweep_accounts", {"reports": True}),
    ]


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("schedules_sweep_accounts failed: it ran out of time"),
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        LookupError("The platform does not run here."),
    ],
)
def test_summary_is_told_whatever_breaks(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> Lambda:
        raise error

    monkeypatch.setenv("JSON", "1")
    monkeypatch.setattr(command, "asked_platform", broken)

    assert command.main() == 1

    total = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (total["ok"], total["error"]) == (False, str(error))


def test_round_gives_up_in_time_and_tells_what_is_there() -> None:
    begun = {"asked": 1, "asked_at": NOON, "report_only_reason": "held"}

    asked = Round(Lambda(Answers(begun, found(a=None)), "mine"), lift=False)

    assert asked.reason == "held"
    assert not ended(asked.reports(until=0), asked.at)
