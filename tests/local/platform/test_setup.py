"""The set-up scripts where they may install nothing, over commands that only note their call."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.local.platform.layout import ROOT

PACKAGES = {"dockerd": "docker.io", "haproxy": "haproxy", "docker-registry": "docker-registry"}
PACKAGES |= {"debootstrap": "debootstrap", "chromium": "chromium", "jq": "jq"}
PACKAGES |= {"docker-compose": "docker-compose", "ip": "iproute2"}
PACKAGES |= {"knotd": "knot", "pebble": "pebble", "nginx": "nginx-light"}
BASH = shutil.which("bash") or "/bin/bash"
NOBODY, ROOT_USER = "1000", "0"


class Machine:
    """A machine whose only commands are those that are put there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        self.noted = folder / "calls"

    def has(self, *commands: str, does: str = "") -> None:
        """Put commands there; each notes its name when it is called."""
        for command in commands:
            script = self.bin / command
            script.write_text(f"#!{BASH}\necho {command} >>'{self.noted}'\n{does}\n")
            script.chmod(0o755)

    def run(self, script: str, user: str, *words: str) -> subprocess.CompletedProcess[str]:
        self.has("id", does=f"echo {user}")
        return subprocess.run(
            [BASH, str(ROOT / "infra/local/setup" / script), *words],
            cwd=self.home,
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )

    def called(self) -> set[str]:
        return set(self.noted.read_text().split()) if self.noted.exists() else set()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("user", [NOBODY, ROOT_USER])
def test_machine_that_has_everything_is_left_as_it_is(machine: Machine, user: str) -> None:
    machine.has(*PACKAGES, "apt-get")

    done = machine.run("packages", user)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.called() == set()


@pytest.mark.parametrize(("user", "tools"), [(NOBODY, ("apt-get",)), (ROOT_USER, ())])
def test_who_may_not_install_is_told_what_and_how(
    machine: Machine, user: str, tools: tuple[str, ...]
) -> None:
    machine.has(*tools)

    done = machine.run("packages", user)

    assert (done.returncode, done.stdout) == (1, "")
    told = re.fullmatch(
        r"Missing: (.+)\. Install them with: sudo apt-get install (.+)\n", done.stderr
    )
    assert told is not None
    assert set(told[1].split()) == set(told[2].split()) == set(PACKAGES.values())
    assert machine.called() == {"id"}


@pytest.mark.parametrize("missing", PACKAGES)
def test_only_what_is_missing_is_named(machine: Machine, missing: str) -> None:
    machine.has(*(tool for tool in PACKAGES if tool != missing))

    done = machine.run("packages", NOBODY)

    package = PACKAGES[missing]
    assert done.stderr == (
        f"Missing: {package}. Install them with: sudo apt-get install {package}\n"
    )


def test_other_tools_are_asked_for_by_name(machine: Machine) -> None:
    machine.has("wrk")

    done = machine.run("packages", NOBODY, "wrk=wrk", "nginx=nginx-light")

    assert done.stderr == (
        "Missing: nginx-light. Install them with: sudo apt-get install nginx-light\n"
    )


@pytest.mark.parametrize("has_python", [True, False])
def test_python_that_is_missing_or_lacks_venv_is_named(machine: Machine, has_python: bool) -> None:
    machine.has("apt-get")
    if has_python:
        machine.has("python3.11", does="exit 1")

    done = machine.run("python", NOBODY)

    assert done.returncode == 1
    assert done.stderr == (
        "Python 3.11 with venv is missing."
        " Install it with: sudo apt-get install python3.11 python3.11-venv\n"
    )
    assert "apt-get" not in machine.called()
    assert list(machine.home.iterdir()) == []
