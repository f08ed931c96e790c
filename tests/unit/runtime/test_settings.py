"""What an installation says of its steps' time."""

from __future__ import annotations

import re

import pytest
import yaml

from chalicelib.runtime.settings import seconds_by_step
from infra.packaging.template import ROOT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", {}),
        ("AwaitServer=900", {"AwaitServer": 900.0}),
        ("AwaitServer=3600 AwaitSSH=1", {"AwaitServer": 3600.0, "AwaitSSH": 1.0}),
    ],
)
def test_steps_seconds_are_read_as_the_template_takes_them(
    text: str, seconds: dict[str, float]
) -> None:
    assert seconds_by_step(text) == seconds
    assert re.fullmatch(_pattern(), text)


@pytest.mark.parametrize("text", ["AwaitServer", "AwaitServer=0", "A=3601", "A=1,B=2", "A=9999"])
def test_template_refuses_other_texts(text: str) -> None:
    assert not re.fullmatch(_pattern(), text)


def _pattern() -> str:
    text = (ROOT / "infra/template/parameters.yaml").read_text()
    return str(yaml.safe_load(text)["Parameters"]["StepSeconds"]["AllowedPattern"])
