"""When certificates are due, beside looks that go on at the same time."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.certificates import later
from chalicelib.ports.records import DUE_SHARDS, Change, Create, Record, Work
from chalicelib.services.domains import certifying
from tests.fakes.records import FakeRecords

NOW = "2026-02-01T12:00:00.000Z"
SOONER, TOMORROW = later(NOW, 600), later(NOW, 86_400)


class Busy(FakeRecords):
    """A store in which somebody else writes, just before or after."""

    before_commit: Callable[[], None] | None = None
    after_reading: Callable[[dict[str, Any]], None] | None = None

    def commit(self, *writes: Any) -> None:
        first, self.before_commit = self.before_commit, None
        if first is not None:
            first()
        super().commit(*writes)

    def get_many(self, record_ids: tuple[str, ...]) -> dict[str, Record]:
        if self.after_reading is not None:
            for one in record_ids:
                self.after_reading(self.items[one])
        return super().get_many(record_ids)


@pytest.fixture
def tools() -> Any:
    store = Busy(lambda: NOW)
    return SimpleNamespace(
        records=lambda: store,
        now=lambda: NOW,
        told=lambda *_, **__: Change(of=Record("journal", "", "", "", "", "")),
    )


def made(tools: Any, number: int, **attributes: Any) -> Record:
    work = Work("certify", 1, "execution", NOW)
    known = {"hostname": f"www.name-{number}.test", "type": "custom", **attributes}
    domain = Record(
        id=f"dom_{number:016x}",
        type="domains",
        owner="user-a",
        status="verified",
        created_at=NOW,
        updated_at=NOW,
        generation=1,
        work=work,
        attributes=known,
    )
    tools.records().commit(Create(domain))
    found: Record = tools.records().get(domain.id)
    return found


def test_end_of_the_work_keeps_what_a_look_wrote_meanwhile(tools: Any) -> None:
    domain = made(tools, 1, due_at=TOMORROW)
    store = tools.records()
    store.before_commit = lambda: store.change(Change(of=domain, attributes={"due_at": SOONER}))

    certifying._end(tools, domain, {"certificate_error": None}, later(NOW, 3600))

    found = store.get(domain.id)
    assert (found.attributes["due_at"], found.work) == (SOONER, None)


def test_every_certificate_is_seen_while_looks_move_what_is_due(
    tools: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certifying, "PAGE", 2)
    store = tools.records()
    of_one_shard = [n for n in range(100) if sum(f"{n:016x}".encode()) % DUE_SHARDS == 0]
    for place, number in enumerate(of_one_shard[:9]):
        ends = later(NOW, 86_400 * (90 - place))
        made(tools, number, due_at=later(NOW, place), certificate={"not_after": ends})

    def looked_at(item: dict[str, Any]) -> None:
        store.change(Change(of=store.get(item["id"]), attributes={"due_at": later(NOW, 7200)}))

    store.after_reading = looked_at

    assert certifying.least_days(tools) == {"custom": 82.0}


def test_name_that_is_lost_says_nothing_of_what_browsers_were_told() -> None:
    assert certifying.FORGOTTEN["hsts"] is None
    assert certifying.FORGOTTEN["certificate_error_code"] is None
