"""Alarms, budget and dashboard: each stands on what is really counted, and somebody is told."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.runtime.observe import NAMESPACE
from infra.packaging.template import ROOT
from tests.packaging.conftest import Built
from tests.packaging.test_template import of_type

Json = dict[str, Any]
SILENT = {"SilentSweepsAlarm", "SilentProxiesAlarm"}
"""Alarms that ring when nothing is told."""
DAYS_LEFT = {"EndingCertificatesAlarm", "EndingWildcardAlarm"}
"""Alarms that ring when little is left."""
OF_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
    ("AWS/ApiGateway", "5XXError"),
    ("AWS/Lambda", "Throttles"),
}
"""What AWS counts by itself, and alarms stand on."""


@pytest.fixture(scope="session")
def resources(here: Built) -> Json:
    found: Json = here.template["Resources"]
    return found


@pytest.fixture(scope="session")
def alarms(resources: Json) -> dict[str, Json]:
    return of_type(resources, "AWS::CloudWatch::Alarm")


def counted_in(path: Path) -> set[str]:
    """The names that a module gives to `observe.count`: keywords, or keys of what it passes on."""
    text = path.read_text()
    if "observe import" not in text or "count(" not in text:
        return set()
    calls = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "count"
    ]
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


def texts_in(folder: str) -> set[str]:
    """Every text in the sources of a folder."""
    return {
        node.value
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def counted() -> set[str]:
    """Every metric that functions count: by keyword, or by a key that the services fill in."""
    modules = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "chalicelib/runtime").rglob("*.py")]
    named = set().union(*map(counted_in, modules))
    return named | {
        text
        for text in texts_in("chalicelib/services") | texts_in("functions")
        if re.fullmatch(r"([A-Z][a-z]+){2,}", text)
    }


def test_alarms_stand_on_what_is_counted(resources: Json, alarms: dict[str, Json]) -> None:
    filters = of_type(resources, "AWS::Logs::MetricFilter").values()
    filtered = [
        (one["MetricNamespace"], json.dumps(one["MetricName"]))
        for found in filters
        for one in found["MetricTransformations"]
    ]
    for name, alarm in alarms.items():
        if alarm["Namespace"] != NAMESPACE:
            assert (alarm["Namespace"], alarm["MetricName"]) in OF_AWS, name
        elif "Dimensions" in alarm:
            assert alarm["MetricName"] in counted(), name
            assert {one["Name"] for one in alarm["Dimensions"]} == {"service", "installation"}
        else:
            assert (NAMESPACE, json.dumps(alarm["MetricName"])) in filtered, name


def test_functions_of_every_group_are_listened_to(resources: Json) -> None:
    filters = of_type(resources, "AWS::Logs::MetricFilter").values()
    heard = {found["LogGroupName"]["Ref"] for found in filters}
    groups = {
        resource["LoggingConfig"]["LogGroup"]["Ref"]
        for resource in of_type(resources, "AWS::Lambda::Function").values()
    }

    assert heard == groups


def test_alarm_rings_at_once_or_for_silence_and_tells_one_topic(alarms: dict[str, Json]) -> None:
    topic = [{"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopic"}, {"Ref": "Alarms"}]}]
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == topic, name
        assert alarm["AlarmDescription"], name
        is_few = name in SILENT | DAYS_LEFT
        assert alarm["ComparisonOperator"] == (
            "LessThanThreshold" if is_few else "GreaterThanThreshold"
        ), name
        missing = "breaching" if name in SILENT else "notBreaching"
        assert alarm["TreatMissingData"] == missing, name


def test_topic_of_the_stack_takes_alarms_and_the_budget(here: Built, resources: Json) -> None:
    policy = resources["AlarmsPolicy"]["Properties"]
    [allowed] = policy["PolicyDocument"]["Statement"]
    told = {
        json.dumps(subscriber["Address"])
        for one in resources["Budget"]["Properties"]["NotificationsWithSubscribers"]
        for subscriber in one["Subscribers"]
    }

    assert allowed["Principal"] == {
        "Service": ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    assert told == {json.dumps(here.template["Outputs"]["AlarmTopicArn"]["Value"])}
    for name in ("Alarms", "AlarmsPolicy"):
        assert resources[name]["Condition"] == "MakesTopic"
    assert float(here.template["Parameters"]["MonthlyBudget"]["Default"]) > 0


def test_dashboard_shows_every_alarm_machine_and_queue(
    resources: Json, alarms: dict[str, Json]
) -> None:
    text = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    body = json.loads(text)
    shown = json.dumps(body)

    for alarm in alarms.values():
        assert f":alarm:{alarm['AlarmName']['Fn::Sub']}" in shown
    for machine in of_type(resources, "AWS::StepFunctions::StateMachine").values():
        assert f":stateMachine:{machine['StateMachineName']['Fn::Sub']}" in shown
    for queue in of_type(resources, "AWS::SQS::Queue").values():
        assert f'"QueueName", "{queue["QueueName"]["Fn::Sub"]}"' in shown
    for alarm in alarms.values():
        if alarm["Namespace"] == NAMESPACE and "Dimensions" in alarm:
            assert f'"{NAMESPACE}", "{alarm["MetricName"]}"' in shown
    places = [(w["x"], w["y"]) for w in body["widgets"]]
    assert len(set(places)) == len(places)
    assert all(w["x"] + w["width"] <= 24 for w in body["widgets"])
