"""Secrets are replaced in a local AWS, and what the API takes meanwhile is as it was told."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from unittest import mock

import boto3
import pytest

from chalicelib.domain.errors import Forbidden
from chalicelib.runtime.caller import check_gateway
from chalicelib.runtime.http import Request
from infra.rotate import __main__ as command
from tests.contract.emulated import local_aws

NAME = "turning"
SECRETS = {
    "gateway": '{"current": "first", "previous": ""}',
    "idempotency": "first",
    "stripe": '{"key": "sk_1", "webhook_secret": "whsec_1"}',
    "metering": "first",
    "dns": "first",
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with local_aws(tmp_path_factory.mktemp("aws"), tables=False) as address:
        for name in SECRETS:
            boto3.client("secretsmanager").create_secret(
                Name=f"{NAME}/{name}", SecretString="to be set"
            )
        yield address


@pytest.fixture(autouse=True)
def asked(aws: str) -> Iterator[None]:
    for name, text in SECRETS.items():
        boto3.client("secretsmanager").put_secret_value(
            SecretId=f"{NAME}/{name}", SecretString=text
        )
    with mock.patch.dict(os.environ, {"INSTALLATION": NAME}):
        yield


def text_of(name: str) -> str:
    found = boto3.client("secretsmanager").get_secret_value(SecretId=f"{NAME}/{name}")
    return str(found["SecretString"])


def run(secret: str, given: str = "", **env: str) -> int:
    with (
        mock.patch.dict(os.environ, {"SECRET": secret, **env}),
        mock.patch("sys.stdin", io.StringIO(given)),
    ):
        return command.main()


def takes(shown: str) -> bool:
    headers = {"x-gateway-secret": (shown,)}
    request = Request("GET", "/v1/nodes", (), {}, headers, {}, b"", "1")
    try:
        check_gateway(request, text_of("gateway"))
    except Forbidden:
        return False
    return True


def test_both_secrets_of_the_gateway_are_taken_until_the_turn_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("gateway") == 0

    new = json.loads(text_of("gateway"))["current"]
    assert len(new) == 64
    assert new not in capsys.readouterr().out
    assert takes("first")
    assert takes(new)
    assert run("gateway") == 1
    assert "DONE=1" in capsys.readouterr().err
    assert takes("first")

    assert run("gateway", DONE="1") == 0

    assert not takes("first")
    assert not takes("")
    assert takes(new)


def test_signatures_of_stripe_are_both_taken_until_the_turn_ends() -> None:
    assert run("stripe", '{"webhook_secret": "whsec_2"}') == 0

    assert json.loads(text_of("stripe")) == {
        "key": "sk_1",
        "webhook_secret": "whsec_2",
        "previous_webhook_secret": "whsec_1",
    }

    assert run("stripe", DONE="1") == 0

    assert json.loads(text_of("stripe")) == {"key": "sk_1", "webhook_secret": "whsec_2"}


def test_key_of_stripe_is_replaced_alone() -> None:
    assert run("stripe", '{"key": "sk_2"}') == 0

    assert json.loads(text_of("stripe")) == {"key": "sk_2", "webhook_secret": "whsec_1"}


@pytest.mark.parametrize("name", ["metering", "dns"])
def test_secret_of_somebody_else_is_the_one_that_was_given(name: str) -> None:
    assert run(name, "second\n") == 0

    assert text_of(name) == "second"


def test_secret_of_repeats_is_made_anew() -> None:
    assert run("idempotency") == 0

    assert len(text_of("idempotency")) == 64


@pytest.mark.parametrize(
    ("secret", "given", "env"),
    [
        ("nothing", "", {}),
        ("metering", "", {}),
        ("metering", "", {"DONE": "1"}),
        ("stripe", "no json", {}),
        ("stripe", "{}", {}),
        ("stripe", '{"keys": "x"}', {}),
        ("stripe", '["x"]', {}),
    ],
)
def test_what_makes_no_sense_is_refused(secret: str, given: str, env: dict[str, str]) -> None:
    assert run(secret, given, **env) == 1

    for name, text in SECRETS.items():
        assert text_of(name) == text
