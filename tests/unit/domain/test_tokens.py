"""Tokens that apps are given, signed with a variable of theirs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from chalicelib.domain.carried import carried
from chalicelib.domain.errors import Invalid
from chalicelib.domain.tokens import is_claims, signed_token
from chalicelib.domain.variables import Definition, Generator, parse_definitions, resolve

CLAIMS = {"iss": "app", "role": "anon"}
KEY = {"name": "KEY", "type": "secret", "generator": "password"}
TOKEN = {"name": "A_TOKEN", "type": "secret"}
TOKEN |= {"generator": {"kind": "jwt", "secret": "KEY", "claims": CLAIMS}}


def opened(token: str, key: str) -> dict[str, object]:
    """Read a token as its reader does, and hold its signature to the key."""
    head, body, signature = (part + "=" * (-len(part) % 4) for part in token.split("."))
    said = token.rpartition(".")[0].encode()
    wanted = hmac.new(key.encode(), said, hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature) == wanted
    assert json.loads(base64.urlsafe_b64decode(head)) == {"alg": "HS256", "typ": "JWT"}
    return json.loads(base64.urlsafe_b64decode(body))


def made(definition: Definition) -> str:
    return f"made-{definition.name}"


def test_token_is_signed_with_its_key() -> None:
    assert opened(signed_token('{"role": "a"}', "key"), "key") == {"role": "a"}


def test_token_is_signed_with_the_value_that_its_variable_got_wherever_that_stands() -> None:
    values = resolve(parse_definitions([TOKEN, KEY]), {}, made)

    assert opened(values["A_TOKEN"], "made-KEY") == CLAIMS


def test_token_that_is_given_stays() -> None:
    assert resolve(parse_definitions([TOKEN, KEY]), {"A_TOKEN": "own"}, made)["A_TOKEN"] == "own"


@pytest.mark.parametrize(
    "generator",
    [
        {"kind": "jwt"},
        {"kind": "jwt", "secret": "NONE"},
        {"kind": "jwt", "secret": "A_TOKEN"},
        {"kind": "jwt", "secret": "KEY", "claims": "[]"},
        {"kind": "jwt", "secret": "KEY", "claims": 1},
        {"kind": "password", "secret": "KEY"},
    ],
)
def test_token_names_a_variable_that_is_no_token_and_says_an_object(generator) -> None:
    with pytest.raises(Invalid) as told:
        parse_definitions([KEY, {**TOKEN, "generator": generator}])

    assert told.value.faults[0].pointer == "/data/attributes/variables/1/generator"


def test_token_is_signed_anew_when_its_key_changes_and_stays_otherwise() -> None:
    definitions = parse_definitions([TOKEN, KEY])
    both = {"KEY", "A_TOKEN"}

    same, stay = carried(definitions, {}, plain={}, secrets=both, generate=made)
    values, left = carried(definitions, {"KEY": "new"}, plain={}, secrets=both, generate=made)

    assert (same, stay) == ({}, both)
    assert opened(values["A_TOKEN"], "new") == CLAIMS
    assert not left


def test_new_token_whose_key_nobody_can_read_needs_a_value() -> None:
    definitions = parse_definitions([TOKEN, KEY])

    with pytest.raises(Invalid) as told:
        carried(definitions, {}, plain={}, secrets={"KEY"}, generate=made)

    assert told.value.faults[0].code == "required"
    assert "KEY" in told.value.faults[0].detail


def test_claims_are_bounded() -> None:
    assert not is_claims('{"a": "' + "x" * 2000 + '"}')
    assert not is_claims("[" * 1500)
    assert Generator("jwt").claims == "{}"
