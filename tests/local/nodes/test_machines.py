"""A droplet's container is made anew when the Engine refuses it, and not for ever."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from unittest import mock

import pytest
from docker.errors import APIError

from infra.local.bucket.files import BucketFiles
from infra.local.nodes import machines
from infra.local.nodes.machines import Machine

MADE = Machine("7", "hoster-droplet-7", True, "172.31.240.2")
REFUSED = APIError("the endpoint is in use")


@pytest.mark.parametrize("refusals", range(machines.TRIES))
def test_refused_container_is_removed_and_made_anew(refusals: int) -> None:
    with (
        mock.patch.object(machines, "_started", side_effect=[*[REFUSED] * refusals, MADE]),
        mock.patch.object(machines, "remove") as remove,
    ):
        made = machines.create("7", hostname="one", user_data="", keys=[])

    assert made == MADE
    assert remove.call_args_list == [mock.call("7")] * refusals


def test_engine_that_goes_on_refusing_is_told_of() -> None:
    with (
        mock.patch.object(machines, "_started", side_effect=REFUSED) as started,
        mock.patch.object(machines, "remove"),
        pytest.raises(APIError),
    ):
        machines.create("7", hostname="one", user_data="", keys=[])

    assert started.call_count == machines.TRIES


def test_server_believes_who_issued_the_local_buckets_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "STATE", tmp_path)
    before = seeded()

    BucketFiles(tmp_path / "bucket").ensure("172.31.240.1")

    [root] = (tmp_path / "bucket" / "trusted").iterdir()
    assert seeded() - before == {f"etc/ssl/certs/{root.name}"}


def seeded() -> set[str]:
    """The files that a droplet begins with."""
    seed = machines._seed("7", "one", "", [])
    with tarfile.open(fileobj=io.BytesIO(seed)) as archive:
        return set(archive.getnames())
