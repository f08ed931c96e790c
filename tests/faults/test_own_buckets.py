"""Backups in buckets of people's own, under every fault that the house's are played with."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from chalicelib.domain.errors import BucketRefused
from infra.faults.cells import Cell, Fault
from infra.faults.simulated.crashes import Fate
from infra.faults.simulated.functions import simulated
from infra.faults.simulated.grid import BEGINNINGS, Beginning, Play, outcome

SEED = 1
BUCKET = {
    "name": "my bucket",
    "endpoint": "https://s3.example.com",
    "bucket": "mine",
    "access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "secret_access_key": "never/Shown",
}
STEPS = ("OpenArchives", "SendVolumes", "CheckArchives", "FinishBackup", "UndoBackup", "EndBackup")
ASKING = ("OpenArchives", "SendVolumes", "CheckArchives")
"""The steps that ask the bucket."""


def named(machine: str) -> Beginning:
    """What begins a machine once the app names a bucket of its owner's own."""
    before = BEGINNINGS[machine]

    def begin(play: Play) -> str:
        world = play.world
        target = world.ask("POST /v1/backup_targets", "", BUCKET, kind="backup_targets").id
        [app] = world.living("deployments")
        given = {"backup_target_id": target}
        assert world.ask("PATCH /v1/deployments/{id}", app.id, given).status == 200
        return before.begin(play)

    return Beginning(before.start, begin)


@pytest.fixture(autouse=True)
def _own() -> Iterator[None]:
    own = {machine: named(machine) for machine in ("backup", "restore", "remove")}
    with simulated(), mock.patch.dict(BEGINNINGS, own):
        yield


@pytest.mark.parametrize("fault", ["killed", "twice", "timeout"])
@pytest.mark.parametrize("step", STEPS)
def test_backup_ends_well_whatever_fails(step: str, fault: Fault) -> None:
    found = outcome(Cell("backup", step, fault), SEED)

    assert found.ok, found.reason


@pytest.mark.parametrize(
    ("machine", "step"), [("restore", "FetchArchives"), ("remove", "FinishRemove")]
)
def test_so_do_restores_and_removals(machine: str, step: str) -> None:
    found = outcome(Cell(machine, step, "killed"), SEED)

    assert found.ok, found.reason


@pytest.mark.parametrize("step", ASKING)
def test_refusal_is_no_passing_error(step: str) -> None:
    """It is not asked again and again: the backup ends with what the bucket said."""
    fate = Fate(port="bucket", fails_at=1, error=BucketRefused)

    played = Play(Cell("backup", step, "error_before"), SEED, fate).play()

    assert (played.came_true, played.breaches) == (True, [])
    [backup] = [item for item in played.world.store.items.values() if item.get("type") == "backups"]
    assert backup["status"] == "failed"
    assert "bucket_refused" in str(backup)
    assert played.state == "running"
