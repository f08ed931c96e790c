"""Work out a month's bill from counted quantities, and say where the money goes.

What is counted of one app's life, of one schedule's run and of one message that a schedule has sent
is multiplied by how often each happens.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.packaging.registry import consumers, schedules
from infra.packaging.template import UNASKED

HOURS = 730.0
"""Of a month."""
SECONDS = HOURS * 3600
GB = 1e9
Json = dict[str, Any]
Quantities = dict[str, float]


@dataclass(frozen=True)
class Use:
    """What people are taken to do."""

    lives: float = 1.0
    """Lives of an app a month, from provision to destroy: each app is made anew once a month."""
    apps_per_server: float = 3.0
    apps_per_account: float = 3.0
    busy: float = 0.25
    """The share of the proxy's reports in which an app has traffic to tell."""
    looks: float = 300.0
    """Requests that people make to the API, for each app and month."""
    kept_bytes: float = 60_000.0
    """What the tables keep of one app: record, journal, a month of metrics, money."""


UNITS = {"Minute": 60, "minute": 60, "hour": 3600, "day": 86400}
"""Seconds of the units of a schedule's rate."""
FOR_LONG = 20.0
"""Seconds for which a poller of Lambda waits at an empty queue."""
POLLERS = 5
"""Of a queue that is handed to a function, at rest."""
LIFE = ("provision", "deploy", "remove")
ASKED = "functions.api.generic.get"
"""What waits for a life's stages asks it again and again; people's looks are counted apart."""
LOOK = "functions.events.watch.look_at_node"
SWEEP = "functions.events.sweep.sweep_account"
REPORT = "functions.events.traffic.take_report"
LOOK_SECONDS, SWEEP_SECONDS, REPORT_SECONDS = 60.0, 300.0, 300.0
"""How often a server is looked at, an account swept, and traffic told."""
TRACED_A_SECOND, TRACED = 1.0, 0.05
"""X-Ray's own rule: one call a second is traced, and this share of the others."""
FIXED = {
    "AWS::KMS::Key": "key_month",
    "AWS::SecretsManager::Secret": "secret_month",
    "AWS::CloudWatch::Alarm": "alarm_month",
    "AWS::Logs::MetricFilter": "metric_month",
    "AWS::CloudWatch::Dashboard": "dashboard_month",
}
"""What costs by being there."""
PLATFORM_LINES = 300.0
"""Bytes that Lambda itself logs of each call."""
CALLS = {
    "dynamodb.reads": "table_read",
    "dynamodb.writes": "table_write",
    "s3.PutObject": "object_write",
    "s3.ListObjectsV2": "object_write",
    "s3.GetObject": "object_read",
    "s3.HeadObject": "object_read",
}
SERVICES = {"sqs": "queue_request", "kms": "key_request", "secretsmanager": "secret_request"}
"""Services whose every call has one price."""


def fixed(templates: Iterable[Json]) -> Quantities:
    """What the stacks hold that costs by being there, whatever conditions say."""
    found: Quantities = defaultdict(float)
    for template in templates:
        for resource in template["Resources"].values():
            if resource["Type"] in FIXED:
                found[FIXED[resource["Type"]]] += 1
    return found


def of_functions(functions: Mapping[str, Mapping[str, float]]) -> Quantities:
    """What the calls of functions cost in AWS's units."""
    found: Quantities = defaultdict(float)
    for name, one in functions.items():
        found["lambda_request"] += one["invocations"]
        found["lambda_gb_second"] += one["gb_seconds"]
        if name.split(".")[1] not in UNASKED:
            found["trace"] += one["invocations"]
        said = one.get("log_bytes", 0) + PLATFORM_LINES * one["invocations"]
        found["log_gb"] += said / GB
        if name.startswith("functions.api."):
            found["api_request"] += one["invocations"]
        for call, times in one.items():
            unit = CALLS.get(call) or SERVICES.get(call.partition(".")[0])
            if unit and call.partition(".")[2]:
                found[unit] += times
    return found


def at_rest(measured: Json, templates: Iterable[Json]) -> Quantities:
    """A month in which nobody does anything, with one app proxy that tells so."""
    found = fixed(templates)
    report = one_call(REPORT, measured["phases"]["rest"]["functions"][REPORT])
    found = added(found, times({**report, "table_write": 0}, SECONDS / REPORT_SECONDS))
    counted = measured["phases"]["schedules"]["functions"]
    for function, schedule in schedules():
        one = counted[function.module]
        found = added(found, times(one_call(function.module, one), runs(schedule.every)))
    found["queue_request"] += len(consumers()) * POLLERS * SECONDS / FOR_LONG
    return found


def one_call(name: str, counted: Mapping[str, float]) -> Quantities:
    """What one call of a function costs, on the mean of those that were counted."""
    calls = counted["invocations"]
    return of_functions({name: {key: value / calls for key, value in counted.items()}})


def runs(every: str) -> float:
    """How often a schedule runs in a month; one of a fixed time of day runs daily."""
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", every)
    return SECONDS / (int(rate[1]) * UNITS[rate[2]]) if rate else HOURS / 24


def of_apps(measured: Json, apps: int, use: Use) -> Quantities:
    """What so many apps add: their lives, their hours, and what people ask of the API."""
    phases = measured["phases"]
    life: Quantities = defaultdict(float)
    for name in LIFE:
        done = {n: one for n, one in phases[name]["functions"].items() if n != ASKED}
        life = added(life, of_functions(done))
        life["state_transition"] += sum(phases[name]["transitions"].values())
    asked = phases["deploy"]["functions"][ASKED]
    found = added(times(life, use.lives), times(one_call(ASKED, asked), use.looks))
    rest = phases["rest"]["functions"]
    look, sweep = one_call(LOOK, rest[LOOK]), one_call(SWEEP, rest[SWEEP])
    found = added(found, times(look, SECONDS / LOOK_SECONDS / use.apps_per_server))
    # What is written of a look is of its apps; one app was on the server that was counted.
    more = look["table_write"] * (1 - 1 / use.apps_per_server)
    found["table_write"] += more * SECONDS / LOOK_SECONDS
    found = added(found, times(sweep, SECONDS / SWEEP_SECONDS / use.apps_per_account))
    told = rest[REPORT].get("dynamodb.writes", 0) * use.busy
    found["table_write"] += told * SECONDS / REPORT_SECONDS
    found["table_gb"] += use.kept_bytes / GB
    found["table_backup_gb"] += use.kept_bytes / GB
    return times(found, apps)


def times(quantities: Quantities, factor: float) -> Quantities:
    """So many times a bill's quantities."""
    return defaultdict(float, {unit: value * factor for unit, value in quantities.items()})


def added(one: Quantities, other: Quantities) -> Quantities:
    """Two bills' quantities together."""
    found: Quantities = defaultdict(float, one)
    for unit, value in other.items():
        found[unit] += value
    return found


def priced(quantities: Quantities, prices: Json, *, free: bool) -> dict[str, float]:
    """Each unit's cost in dollars, dearest first; `free` takes off what AWS always gives."""
    found = {}
    for unit, asked in quantities.items():
        price = prices[unit]
        quantity = traced(asked) if unit == "trace" else asked
        charged = max(0.0, quantity - price["free"]) if free else quantity
        found[unit] = charged * price["usd"]
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def traced(calls: float) -> float:
    """How many of a month's calls are traced, when they come evenly."""
    always = min(calls, TRACED_A_SECOND * SECONDS)
    return always + TRACED * (calls - always)


def proxy_reads(polls_a_second: float, shards: int) -> Quantities:
    """What one app proxy's following of the routes reads in a month."""
    return {"table_read": polls_a_second * shards * 0.5 * SECONDS}


def proxy_on_fargate(vcpu: float, memory_gb: float, tasks: int) -> Quantities:
    """The app proxy's tasks behind a balancer of two zones, with public addresses."""
    return {
        "fargate_vcpu_hour": vcpu * tasks * HOURS,
        "fargate_gb_hour": memory_gb * tasks * HOURS,
        "balancer_hour": HOURS,
        "balancer_unit_hour": HOURS,
        "address_hour": (2 + tasks) * HOURS,
    }
