"""Workflows of the repository: actions by commit, few rights, commands that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.packaging.template import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SECRET = re.compile(r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)")


def steps(path: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text())["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def test_there_are_workflows() -> None:
    assert {"package", "test"} <= {path.stem for path in WORKFLOWS}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_say_their_version(path: Path) -> None:
    used = re.findall(r"uses: (.+)$", path.read_text(), re.MULTILINE)

    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_has_the_rights_that_it_needs_and_no_key(path: Path) -> None:
    text = path.read_text()
    found = yaml.safe_load(text)

    assert found["permissions"].pop("contents") == "read"
    assert found["permissions"] == ({"id-token": "write"} if path.stem == "deploy" else {})
    assert not SECRET.search(text)
    assert all("timeout-minutes" in job for job in found["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_commands_exist_and_nothing_that_people_type_becomes_one(path: Path) -> None:
    commands = "\n".join(step["run"] for step in steps(path) if "run" in step)
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake (?:--silent )?([a-z-]+)", commands)) <= targets
    assert "${{" not in commands
