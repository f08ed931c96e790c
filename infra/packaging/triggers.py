"""What calls functions by itself: rules on time and on events, and the sources of queues."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime.declaration import Consumer, Event, Schedule
from infra.packaging.environment import att, sub
from infra.packaging.registry import Function, consumers, events, schedules

Json = dict[str, Any]

FAILURES = "Failures"
"""The queue of what rules called and what failed, or could not be called."""
OLDEST_SECONDS = 3600
"""For how long a call is tried; the next round of a schedule does the same again."""
TRIES = 2
"""How often a call that failed is made again."""


def is_called_by_rule(function: Function) -> bool:
    """Whether a rule calls it: without anybody who waits for its answer."""
    return isinstance(function.declaration, Schedule | Event)


def resources() -> Json:
    """Every rule with its permission and what becomes of failures, and every source."""
    found: Json = {}
    for function, schedule in schedules():
        found.update(_rule(function, {"ScheduleExpression": schedule.every}))
    for function, consumer in consumers():
        found[f"{function.logical_id}Source"] = _source(function, consumer)
    for function, event in events():
        found.update(_rule(function, {"EventPattern": event.pattern}))
    return found


def _source(function: Function, consumer: Consumer) -> Json:
    """Hand the messages of a queue to a function."""
    bounded = {"MaximumConcurrency": consumer.at_once}
    return {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": att(f"{consumer.queue.title()}Queue", "Arn"),
            "FunctionName": {"Ref": function.logical_id},
            "BatchSize": consumer.batch,
            "MaximumBatchingWindowInSeconds": consumer.gather,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            **({"ScalingConfig": bounded} if consumer.at_once else {}),
        },
    }


def _rule(function: Function, when: Json) -> Json:
    rule = f"{function.logical_id}Rule"
    target = {
        "Id": "function",
        "Arn": att(function.logical_id, "Arn"),
        "RetryPolicy": {"MaximumEventAgeInSeconds": OLDEST_SECONDS},
        "DeadLetterConfig": {"Arn": att(FAILURES, "Arn")},
    }
    return {
        rule: {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": sub("${Installation}-" + function.name),
                **when,
                "Targets": [target],
            },
        },
        f"{rule}Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": function.logical_id},
                "Principal": "events.amazonaws.com",
                "SourceArn": att(rule, "Arn"),
            },
        },
        f"{function.logical_id}Failure": {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": {"Ref": function.logical_id},
                "Qualifier": "$LATEST",
                "MaximumEventAgeInSeconds": OLDEST_SECONDS,
                "MaximumRetryAttempts": TRIES,
                "DestinationConfig": {"OnFailure": {"Destination": att(FAILURES, "Arn")}},
            },
        },
    }
