"""The stacks that the template is written as: within bounds, and together the whole template."""

from __future__ import annotations

import re
from typing import Any

import pytest

from infra.packaging import template
from infra.packaging.registry import discover
from infra.packaging.stacks import NESTED, WHOLE, file_of, split
from tests.packaging.conftest import Built
from tests.packaging.joined import joined

Json = dict[str, Any]


def test_stacks_together_are_the_whole_template(here: Built) -> None:
    written = joined(here.stacks)
    functions = {f.name: written["Resources"][f.logical_id]["Properties"] for f in discover()}
    digests = {name: one["sha256"] for name, one in here.manifest()["files"].items()}

    whole = template.render(functions, digests)
    for one in WHOLE.values():
        del whole["Resources"][one]

    assert written == whole


def test_nested_stack_is_told_exactly_what_it_refers_to(here: Built) -> None:
    main = here.stacks["template.yaml"]
    for name, logical_id in NESTED.items():
        nested = here.stacks[file_of(name)]
        properties = main["Resources"][logical_id]["Properties"]
        text = repr(nested["Resources"])
        referred = {*re.findall(r"{'Ref': '(\w+)'}", text), *re.findall(r"\${(\w+)}", text)}
        states = set(re.findall(r"'(\w+)': {'Fn::GetAtt'", text))

        assert properties["Parameters"].keys() == nested["Parameters"].keys()
        assert referred - states - nested["Resources"].keys() == nested["Parameters"].keys()
        assert not nested["Resources"].keys() & nested["Parameters"].keys()
        assert len(nested["Parameters"]) < 200
        assert "Outputs" not in nested
        assert "Conditions" not in nested


def test_stack_that_is_written_by_hand_is_told_what_it_asks_for(here: Built) -> None:
    main = here.stacks["template.yaml"]
    for name, logical_id in WHOLE.items():
        nested = here.stacks[file_of(name)]
        given = main["Resources"][logical_id]["Properties"]["Parameters"]
        assert given.keys() == nested["Parameters"].keys()
        assert main["Resources"][logical_id]["Condition"]


def test_changed_nested_stack_lies_elsewhere(here: Built) -> None:
    main, files = here.stacks["template.yaml"], here.manifest()["files"]
    for name, logical_id in (NESTED | WHOLE).items():
        url = main["Resources"][logical_id]["Properties"]["TemplateURL"]["Fn::Sub"]

        key = f"{files[file_of(name)]['sha256'][:16]}/{file_of(name)}"
        assert url.endswith("/${CodeBucket}/${CodePrefix}" + key)


def test_routes_come_after_the_functions_that_they_name(here: Built) -> None:
    assert here.stacks["template.yaml"]["Resources"]["RestApi"]["DependsOn"] == ["ApiStack"]


def small(properties: Json) -> Json:
    """A whole of three: what others refer to, and two that have homes."""
    kind = "AWS::SQS::Queue"
    return {
        "Resources": {
            "Kept": {"Type": kind},
            "One": {"Type": kind, "Properties": properties},
            "Two": {"Type": kind},
        }
    }


HOMES = {"One": "first", "Two": "second"}


def test_what_stands_in_the_main_stack_is_passed_by_parameters() -> None:
    decided = {"Fn::If": ["HasKey", {"Ref": "Key"}, {"Ref": "Kept"}]}
    whole = small(
        {
            "A": {"Fn::GetAtt": ["Kept", "Arn"]},
            "B": {"Fn::Sub": "${Kept.Arn}/${AWS::Region}/${Prefix}/${!Literally}"},
            "C": {"Fn::Sub": ["${Own}${Kept}", {"Own": {"Ref": "One"}}]},
            "D": [decided],
        }
    )

    parts = split(whole, HOMES, {"KeyArn": decided})

    assert parts["first"].template["Resources"]["One"]["Properties"] == {
        "A": {"Ref": "KeptArn"},
        "B": {"Fn::Sub": "${KeptArn}/${AWS::Region}/${Prefix}/${!Literally}"},
        "C": {"Fn::Sub": ["${Own}${Kept}", {"Own": {"Ref": "One"}}]},
        "D": [{"Ref": "KeyArn"}],
    }
    assert parts["first"].given == {
        "KeptArn": {"Fn::GetAtt": ["Kept", "Arn"]},
        "Prefix": {"Ref": "Prefix"},
        "Kept": {"Ref": "Kept"},
        "KeyArn": decided,
    }
    assert parts["second"].given == {}
    assert whole["Resources"].keys() == {"Kept"}


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"A": {"Ref": "Two"}}, "Two stands in another nested stack"),
        ({"A": {"Fn::GetAtt": ["Two", "Arn"]}}, "Two stands in another nested stack"),
        ({"A": {"Fn::Sub": "${Two.Arn}"}}, "Two stands in another nested stack"),
        ({"A": {"Fn::If": ["HasKey", 1, 2]}}, "HasKey is not decided in the main stack"),
        ({"A": {"Ref": "KeptArn"}, "B": {"Fn::GetAtt": ["Kept", "Arn"]}}, "mean two things"),
    ],
)
def test_what_a_nested_stack_cannot_be_told_is_refused(properties: Json, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        split(small(properties), HOMES, {})
