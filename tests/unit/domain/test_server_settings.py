"""What of a server's settings is wrong, by what sshd and Docker say of themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.server_settings import (
    NETWORKS,
    SSHD,
    daemon_faults,
    daemon_over,
    daemon_settings,
    sshd_faults,
    sshd_text,
)

MIRROR = "http://10.0.0.1:5000"


def told(**changes: Any) -> str:
    """What `docker info` says of an Engine that is as it should be, but for some of it."""
    pool = {"Base": NETWORKS["base"], "Size": NETWORKS["size"]}
    as_it_should_be = {
        "log-driver": "json-file",
        "live-restore": True,
        "default-address-pools": [pool],
        "registry-mirrors": [f"{MIRROR}/"],
    }
    return json.dumps(as_it_should_be | changes)


def test_settings_that_were_given_have_no_fault() -> None:
    assert daemon_faults(told(), json.dumps(daemon_settings(MIRROR)), MIRROR) == []
    assert sshd_faults("port 22\n" + sshd_text().lower()) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"log-driver": "journald"}, 'Docker has log-driver "journald", not "json-file"'),
        ({"live-restore": False}, "Docker has live-restore false, not true"),
        ({"default-address-pools": None}, "Docker has default-address-pools [], not"),
        ({"registry-mirrors": []}, f'Docker has registry-mirrors [], not ["{MIRROR}"]'),
    ],
)
def test_each_setting_of_the_engine_that_runs_is_looked_at(
    changes: dict[str, Any], fault: str
) -> None:
    [found] = daemon_faults(told(**changes), json.dumps(daemon_settings(MIRROR)), MIRROR)

    assert found.startswith(fault)


@pytest.mark.parametrize(("said", "file"), [("", "{}"), (told(), "{half")])
def test_engine_that_says_nothing_has_a_fault(said: str, file: str) -> None:
    assert daemon_faults(said, file, MIRROR) == ["Docker's settings cannot be read"]


def test_bounds_of_logs_are_looked_for_in_the_file() -> None:
    [found] = daemon_faults(told(), "", MIRROR)

    assert found.startswith("Docker has log-opts null, not")


@pytest.mark.parametrize("name", list(SSHD))
def test_each_setting_of_sshd_is_looked_at(name: str) -> None:
    effective = {key.lower(): value for key, value in SSHD.items()} | {name.lower(): "other"}
    said = "".join(f"{key} {value}\n" for key, value in effective.items())

    assert sshd_faults(said) == [f"sshd has {name} other, not {SSHD[name]}"]


def test_what_an_image_tells_docker_stays_beside_ours() -> None:
    there = json.dumps({"storage-driver": "zfs", "live-restore": False})

    found = daemon_over(there, MIRROR)

    assert found == {"storage-driver": "zfs", **daemon_settings(MIRROR)}


@pytest.mark.parametrize("there", ["", "{half", "[]"])
def test_file_that_cannot_be_read_is_written_anew(there: str) -> None:
    assert daemon_over(there, "") == daemon_settings("")
