"""How each kind of user becomes root: exact commands, and what tells them apart."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from chalicelib.adapters.nodes import rooted

ELSEWHERE = "unix:///run/elsewhere.sock"


@pytest.mark.parametrize(
    ("way", "host", "command"),
    [
        ("root", "", "id -un"),
        ("root", ELSEWHERE, f"env DOCKER_HOST={ELSEWHERE} id -un"),
        ("sudo", "", "sudo -n -- id -un"),
        ("sudo", ELSEWHERE, f"sudo -n -- env DOCKER_HOST={ELSEWHERE} id -un"),
    ],
)
def test_command_is_given_as_the_user_must(way: rooted.Way, host: str, command: str) -> None:
    assert rooted.as_root(way, "id -un", host) == command


def test_user_of_docker_enters_the_machine_from_a_container_that_nothing_outlives() -> None:
    command = rooted.as_root("docker", "id -un", ELSEWHERE)

    assert command.startswith(f"env DOCKER_HOST={ELSEWHERE} docker run --rm -i ")
    assert "--log-driver=none" in command
    assert command.endswith(f"exec env DOCKER_HOST={ELSEWHERE} id -un'")


def programs(folder: Path, **scripts: str) -> dict[str, str]:
    """An environment in which these programs are found before others."""
    for name, text in scripts.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}


@pytest.mark.parametrize(
    ("sudo", "groups", "way"),
    [
        ("exit 0", "users", "sudo"),
        ("exit 1", "users docker", "docker"),
        ("exit 0", "users docker", "sudo"),
        ("exit 1", "users dockers", "sudo"),
    ],
)
def test_way_is_found_by_what_the_user_may(
    tmp_path: Path, sudo: str, groups: str, way: str
) -> None:
    here = programs(tmp_path, sudo=sudo, id=f"echo {groups}", docker="exit 0")
    script = rooted.find(str(tmp_path / "absent.sock"))

    said = subprocess.run(
        ["sh", "-c", script], check=True, env=here, capture_output=True, text=True
    )

    assert said.stdout.strip() == way
