"""The page for operators keeps step with the template: every alarm has its chapter."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from infra.access.grants import templates
from infra.packaging.registry import discover
from infra.packaging.template import ROOT
from infra.redrive.__main__ import NAMES

PAGE = (ROOT / "docs/operations.md").read_text()
CHAPTERS = dict(re.findall(r"^### `([a-z-]+)`\n(.*?)(?=^#)", PAGE, re.MULTILINE | re.DOTALL))


@cache
def resources() -> list[dict[str, Any]]:
    """What all stacks hold."""
    return [one for template in templates() for one in template["Resources"].values()]


def alarms() -> dict[str, str]:
    """What each alarm of the template is called after the installation, and its description."""
    found = {}
    for resource in resources():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            name = resource["Properties"]["AlarmName"]["Fn::Sub"]
            described = str(resource["Properties"]["AlarmDescription"])
            found[name.removeprefix("${Installation}-")] = described
    return found


def test_every_alarm_has_its_chapter_and_no_other_is_there() -> None:
    assert set(CHAPTERS) == set(alarms())


@pytest.mark.parametrize("name", sorted(CHAPTERS))
def test_chapter_says_enough_to_act_on(name: str) -> None:
    assert len(CHAPTERS[name].split()) >= 20


def test_functions_that_are_named_exist() -> None:
    names = {function.name for function in discover()}
    named = set(re.findall(r"`((?:api|calls|events|schedules|steps)_[a-z_]+)`", PAGE))

    assert named
    assert named - names == set()


def test_functions_that_alarms_name_are_named_in_their_chapters() -> None:
    for name, described in alarms().items():
        for function in re.findall(r"(?:events|schedules)_[a-z_]+", described):
            assert function in CHAPTERS[name], name


def test_queues_that_are_named_exist() -> None:
    assert set(re.findall(r"QUEUE=([a-z]+)", PAGE)) == NAMES


def test_each_queue_that_may_fail_has_its_word() -> None:
    assert set(re.findall(r"^- `([a-z]+)`", CHAPTERS["failures"], re.MULTILINE)) == NAMES
