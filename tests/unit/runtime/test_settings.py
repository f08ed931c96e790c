"""What an installation says of its steps' time, and of the least that is charged."""

from __future__ import annotations

import re

import pytest
import yaml

from chalicelib.runtime.settings import seconds_by_step, settings
from infra.packaging.template import ROOT
from tests.world import ENVIRONMENT


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


@pytest.mark.parametrize(
    ("currency", "setting", "cents"),
    [
        ("USD", "0", 50),
        ("EUR", "0", 50),
        ("SEK", "0", 300),
        ("HUF", "0", 17500),
        ("GBP", "0", 30),
        ("TRY", "0", 50),
        ("SEK", "500", 500),
        ("TRY", "2500", 2500),
    ],
)
def test_least_that_is_charged_is_the_currencys_or_the_owners(
    monkeypatch: pytest.MonkeyPatch, currency: str, setting: str, cents: int
) -> None:
    given = {"HOSTER_CURRENCY": currency, "HOSTER_MINIMUM_CHARGE": setting, "HOSTER_KMS_KEY": "key"}
    for name, value in (ENVIRONMENT | given).items():
        monkeypatch.setenv(name, value)

    assert settings.__wrapped__().minimum_charge_cents == cents
