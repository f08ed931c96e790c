"""Nothing is allowed on more than it has to be, and every exception has its reason."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infra.access import __main__ as command
from infra.access import wide
from infra.access.grants import Grant, all_grants, text_of
from infra.packaging.registry import discover


@pytest.fixture(scope="module")
def found() -> list[Grant]:
    return all_grants()


def test_every_star_has_its_reason(found: list[Grant]) -> None:
    assert [(grant.role, wrong) for grant in found for wrong in wide.too_wide(grant)] == []


def test_every_reason_is_needed(found: list[Grant]) -> None:
    pairs = [(a, r) for grant in found for r in grant.resources if "*" in r for a in grant.actions]

    assert {a for a, r in pairs if r == "*"} == set(wide.UNNAMED)
    for reason in wide.REASONS:
        assert any(reason.holds(action, resource) for action, resource in pairs), reason.why


def test_every_function_acts_under_a_role_of_its_own(found: list[Grant]) -> None:
    users = {grant.role: grant.users for grant in found}

    for function in discover():
        assert users[f"{function.logical_id}Role"] == (function.name,)


def test_no_role_is_left_over(found: list[Grant]) -> None:
    assert [grant.role for grant in found if not grant.users] == []


@pytest.mark.parametrize(
    ("actions", "resources"),
    [
        (("dynamodb:*",), ("ResourcesTable",)),
        (("dynamodb:GetItem",), ("*",)),
        (("s3:GetObject",), ("${ContentsBucket.Arn}/*",)),
        (("s3:DeleteObject",), ("${ContentsBucket.Arn}/readmes/*",)),
        (("secretsmanager:GetSecretValue",), ("arn:x:secret:${Installation}/*",)),
        (("lambda:InvokeFunction",), ("arn:x:function:${Installation}-*",)),
        (("xray:PutTraceSegments", "s3:GetObject"), ("*",)),
    ],
)
def test_what_is_too_wide_is_found(actions: tuple[str, ...], resources: tuple[str, ...]) -> None:
    assert wide.too_wide(Grant("Role", ("one",), actions, resources, ""))


def test_report_tells_every_function_and_what_it_may(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status = command.main()

    said = capsys.readouterr().out
    assert status == 0
    for function in discover():
        assert function.name in said
    assert "kms:EncryptionContext:installation is Installation" in said
    assert "AWS adds six letters" in said


def test_report_ends_badly_where_something_is_too_wide(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, found: list[Grant]
) -> None:
    wider = [replace(found[0], actions=("s3:*",))]
    monkeypatch.setattr(command, "all_grants", lambda: wider)
    monkeypatch.setenv("JSON", "1")

    assert command.main() == 1

    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["ok"] is False
    assert "s3:* is many actions" in summary["too_wide"][0]


def test_expressions_have_words() -> None:
    assert text_of({"Fn::Join": ["", ["a:", {"Ref": "B"}]]}) == "a:B"
    with pytest.raises(ValueError, match="No word"):
        text_of({"Fn::Base64": "x"})
