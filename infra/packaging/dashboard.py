"""The dashboard of CloudWatch: what an installation does on one page, from what there is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from infra.packaging.environment import sub

Json = dict[str, Any]

WIDTH, HEIGHT, COLUMNS = 8, 6, 3
"""A widget's size in CloudWatch's units, of which a page is 24 wide; widgets beside each other."""
PERIOD = 300
"""Seconds that a point of a line stands for."""
OWN = ["service", "hoster", "installation", "${Installation}"]
"""The dimensions of what functions count themselves."""


def resources(template: Json) -> Json:
    """The dashboard over the alarms, queues, machines and metrics of a template."""
    body = {"start": "-PT24H", "widgets": _placed([_alarms(template), *_graphs(template)])}
    text = json.dumps(body, separators=(",", ":"), sort_keys=True)
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": sub("${Installation}"),
                "DashboardBody": sub(text),
            },
        }
    }


def _placed(widgets: Iterable[Json]) -> list[Json]:
    """Put widgets beside and below each other; the alarms take the first line."""
    first, *others = widgets
    placed = [{"x": 0, "y": 0, "width": WIDTH * COLUMNS, "height": HEIGHT // 2, **first}]
    for index, widget in enumerate(others):
        line, column = divmod(index, COLUMNS)
        place = {"x": column * WIDTH, "y": HEIGHT // 2 + line * HEIGHT}
        placed.append({**place, "width": WIDTH, "height": HEIGHT, **widget})
    return placed


def _of_type(template: Json, kind: str) -> dict[str, Json]:
    """The properties of the resources of one type, by their logical ids."""
    return {
        name: resource["Properties"]
        for name, resource in sorted(template["Resources"].items())
        if resource["Type"] == kind
    }


def _alarms(template: Json) -> Json:
    arn = "arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    names = [
        alarm["AlarmName"]["Fn::Sub"]
        for alarm in _of_type(template, "AWS::CloudWatch::Alarm").values()
    ]
    return {"type": "alarm", "properties": {"title": "Alarms", "alarms": [arn + n for n in names]}}


def _graphs(template: Json) -> list[Json]:
    machines = [
        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:"
        + machine["StateMachineName"]["Fn::Sub"]
        for machine in _of_type(template, "AWS::StepFunctions::StateMachine").values()
    ]
    queues = [
        queue["QueueName"]["Fn::Sub"] for queue in _of_type(template, "AWS::SQS::Queue").values()
    ]
    failures = [name for name in queues if name.endswith("-failures")]
    api = ["AWS/ApiGateway", "{}", "ApiName", "${Installation}-api", "Stage", "api"]
    return [
        _graph("Requests and what went wrong", _named(api, "Count", "4XXError", "5XXError")),
        _graph("How long requests take, 95 of 100", _named(api, "Latency"), "p95"),
        _graph(
            "Functions of the account",
            [
                *(["AWS/Lambda", name] for name in ("Errors", "Throttles")),
                ["AWS/Lambda", "ConcurrentExecutions", {"stat": "Maximum", "yAxis": "right"}],
            ],
        ),
        _graph("Work begun", _each("AWS/States", "ExecutionsStarted", "StateMachineArn", machines)),
        _graph(
            "Work failed",
            [
                *_each("AWS/States", "ExecutionsFailed", "StateMachineArn", machines),
                *_each("AWS/States", "ExecutionsTimedOut", "StateMachineArn", machines),
            ],
        ),
        _graph(
            "How long work takes",
            _each("AWS/States", "ExecutionTime", "StateMachineArn", machines),
            "Average",
        ),
        _graph(
            "Oldest message that waits, in seconds",
            _each(
                *("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
                [name for name in queues if name not in failures],
            ),
            "Maximum",
        ),
        _graph(
            "Messages that nobody could take",
            _each("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", failures),
            "Maximum",
        ),
        *_counted(template),
    ]


def _counted(template: Json) -> list[Json]:
    """A graph of each group of what functions count, and alarms stand on."""
    names = sorted(
        {
            alarm["MetricName"]
            for alarm in _of_type(template, "AWS::CloudWatch::Alarm").values()
            if alarm["Namespace"] == "Hoster" and "Dimensions" in alarm
        }
    )
    rising = [name for name in names if name.endswith(("DaysLeft", "Seconds", "Reports"))]
    troubles = [name for name in names if name not in rising]
    return [
        _graph("What should be none", [["Hoster", n, *OWN] for n in troubles], "Maximum"),
        *(
            _graph(name, [["Hoster", name, *OWN]], stat)
            for name in rising
            for stat in ["SampleCount" if name.endswith("Reports") else "Minimum"]
        ),
    ]


def _named(place: list[Any], *names: str) -> list[list[Any]]:
    namespace, _, *dimensions = place
    return [[namespace, name, *dimensions] for name in names]


def _each(namespace: str, name: str, dimension: str, values: list[str]) -> list[list[Any]]:
    """The same metric of each of some things."""
    return [[namespace, name, dimension, value] for value in values]


def _graph(title: str, metrics: list[list[Any]], stat: str = "Sum") -> Json:
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "metrics": metrics,
            "stat": stat,
            "period": PERIOD,
            "region": "${AWS::Region}",
            "view": "timeSeries",
        },
    }
