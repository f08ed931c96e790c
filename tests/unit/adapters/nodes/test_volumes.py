"""Which volumes are put back; the scripts themselves are tried on droplets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from docker.errors import NotFound

from chalicelib.adapters.nodes.volumes import DockerVolumes
from chalicelib.domain.names_on_node import snapshot_name, volume_name

APP, GENERATION = "01900000-0000-7000-8000-000000000001", 3
DATA = volume_name(APP, "data")
KEPT = snapshot_name(APP, "data", GENERATION)


def script_that_puts_back(*there: str) -> str:
    """What the server is told to do, with these volumes there; a volume that is made is noted."""
    volumes, said = set(there), []

    def inspect(name: str) -> dict[str, Any]:
        if name not in volumes:
            raise NotFound(name)
        return {"Name": name}

    def create(name: str, **_: Any) -> dict[str, Any]:
        volumes.add(name)
        return {"Mountpoint": f"/volumes/{name}"}

    def expect(_script: str, _what: str, *, stdin: bytes) -> str:
        said.append(stdin.decode())
        return ""

    side = DockerVolumes.__new__(DockerVolumes)
    side.__dict__ |= {
        "client": SimpleNamespace(inspect_volume=inspect, create_volume=create),
        "shell": SimpleNamespace(expect=expect),
    }

    side.start_restore(APP, ("data",), generation=GENERATION)

    assert volumes == set(there)
    return said[0]


def test_snapshot_is_put_back_where_it_is_kept() -> None:
    assert f"put_back /volumes/{DATA} /volumes/{KEPT}" in script_that_puts_back(DATA, KEPT)


def test_snapshot_that_was_dropped_is_not_made_to_be_put_back() -> None:
    assert KEPT not in script_that_puts_back(DATA)
