"""The stacks are deployed, updated, and take over what another stack held, in a local AWS."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra.local.cloud import stack
from infra.packaging import template
from infra.packaging.registry import discover
from infra.packaging.shortest import written
from tests.contract.emulated import local_aws

Json = dict[str, Any]
NAME = "deploying"
GIVEN = {"Installation": NAME, "Currency": "EUR"}
NESTED = ("ApiStack", "BackgroundStack", "StepsStack")
SOME = ("api_deployments_list", "steps_deploy_finish_deploy", "schedules_sweep_accounts")


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[str]:
    with local_aws(tmp_path, tables=False) as address:
        yield address


def artefact(folder: Path, *, code: str = "first", nested: bool = True) -> Path:
    """Write what the packaging writes, with next to nothing in its archives."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "layers").mkdir(parents=True)
    (folder / "stacks").mkdir()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("code"), code)
    archives = ("functions.zip", *(f"layers/{layer}.zip" for layer in template.LAYERS))
    for name in archives:
        (folder / name).write_bytes(held.getvalue())
    files = dict.fromkeys(archives, hashlib.sha256(held.getvalue()).hexdigest())
    packaged: Any = defaultdict(lambda: {"Handler": "none"})
    if nested:
        documents = template.stacks_of(packaged, files)
    else:
        documents = {template.MAIN: bounded(template.render(packaged, files))}
        files[template.MAIN] = hashlib.sha256(b"flat").hexdigest()
    for name, document in documents.items():
        (folder / name).write_text(written(document))
    manifest = {
        "files": {name: {"sha256": digest} for name, digest in files.items()},
        "stacks": {name: len(document["Resources"]) for name, document in documents.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def bounded(whole: Json) -> Json:
    """One stack takes no more than 500 resources and a megabyte of template: few routes are left,
    with their functions, and nothing that watches."""
    whole = stack.without_nested(whole)
    watching = ("AWS::CloudWatch::", "AWS::Logs::MetricFilter", "AWS::Lambda::EventInvokeConfig")
    body = whole["Resources"]["RestApi"]["Properties"]["Body"]
    body["paths"] = dict(list(body["paths"].items())[:9])
    routed = json.dumps(body)
    left_out = {
        one.logical_id for one in discover() if one.group == "api" and f"-{one.name}/" not in routed
    }
    kept = {
        name: resource
        for name, resource in whole["Resources"].items()
        if not resource["Type"].startswith(watching) and name.removesuffix("Role") not in left_out
    }
    return {**whole, "Resources": kept}


def function(name: str) -> Json:
    found: Json = boto3.client("lambda").get_function_configuration(FunctionName=f"{NAME}-{name}")
    return found


def deployed_functions() -> set[str]:
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    return {one["FunctionName"] for page in pages for one in page["Functions"]}


def resources_of(name: str) -> dict[str, str]:
    """What a stack holds: physical ids by logical ones."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources")
    return {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for page in pages.paginate(StackName=name)
        for one in page["StackResourceSummaries"]
    }


def apis(outputs: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in outputs.items() if name.startswith("Api")}


def test_edges_and_watchers_stand_as_the_template_says(aws: str, tmp_path: Path) -> None:
    given = {**GIVEN, "GatewayNetworks": "203.0.113.7/32", "WebFront": "cloudfront"}
    # An image that there is nowhere: what the stack makes of it is looked at, not what it runs.
    given |= {"Proxy": "fargate", "ProxyImage": "000000000000.dkr.ecr.us-east-1.amazonaws.com/a:1"}

    outputs = stack.deploy(artefact(tmp_path / "build"), NAME, given)

    rest = boto3.client("apigateway")
    stage = rest.get_stage(restApiId=outputs["ApiId"], stageName="api")
    assert stage["methodSettings"]["*/*"]["throttlingRateLimit"] == 200
    assert "203.0.113.7/32" in rest.get_rest_api(restApiId=outputs["ApiId"])["policy"]
    assert outputs["ApiAdmits"] == "203.0.113.7/32"
    alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarms
    assert all(alarm["AlarmActions"] == [outputs["AlarmTopicArn"]] for alarm in alarms)
    shown = boto3.client("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"]
    unseen = {alarm["AlarmName"] for alarm in alarms if alarm["AlarmArn"] not in shown}
    # It is another stack's, which there may not be.
    assert unseen == {f"{NAME}-few-proxies"}
    kept = boto3.client("lambda").get_function_event_invoke_config(
        FunctionName=f"{NAME}-schedules_sweep_accounts", Qualifier="$LATEST"
    )
    destination = kept["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination.endswith(f":{NAME}-failures")
    table = boto3.client("dynamodb").describe_table(TableName=f"{NAME}-resources")["Table"]
    assert table["DeletionProtectionEnabled"]
    key = boto3.client("kms").describe_key(KeyId=outputs["KeyArn"])["KeyMetadata"]
    assert key["MultiRegion"]
    front = boto3.client("cloudfront").get_distribution(Id=outputs["WebDistributionId"])
    behaviour = front["Distribution"]["DistributionConfig"]["DefaultCacheBehavior"]
    assert behaviour["ResponseHeadersPolicyId"]
    assert behaviour["FunctionAssociations"]["Items"]
    balancers = boto3.client("elbv2")
    [balancer] = balancers.describe_load_balancers()["LoadBalancers"]
    assert (balancer["DNSName"], balancer["Type"]) == (outputs["ProxyBalancer"], "network")
    assert {
        one["HealthCheckPort"] for one in balancers.describe_target_groups()["TargetGroups"]
    } == {"9094"}
    named = {"cluster": f"{NAME}-proxy", "services": [f"{NAME}-proxy"]}
    [service] = boto3.client("ecs").describe_services(**named)["services"]
    assert service["desiredCount"] == 2
    role = boto3.client("iam").list_entities_for_policy(PolicyArn=outputs["ProxyPolicyArn"])
    assert len(role["PolicyRoles"]) == 1


def test_functions_move_into_nested_stacks_and_are_updated_there(aws: str, tmp_path: Path) -> None:
    """One story, since each deployment takes seconds: all in one stack, then nested, then new."""
    everyone = {f"{NAME}-{one.name}" for one in discover()}
    flat = stack.deploy(artefact(tmp_path / "build", nested=False), NAME, GIVEN)
    table = boto3.resource("dynamodb").Table(f"{NAME}-resources")
    table.put_item(Item={"id": "kept"})
    assert deployed_functions() < everyone
    assert not set(NESTED) & resources_of(NAME).keys()

    moved = stack.deploy(artefact(tmp_path / "build"), NAME, GIVEN)

    # The emulator makes another API where its routes are others.
    assert {**moved, **apis(flat)} == flat
    assert deployed_functions() == everyone
    held = resources_of(NAME)
    assert not {one.logical_id for one in discover()} & held.keys()
    assert all(resources_of(held[nested]) for nested in NESTED)
    machines = boto3.client("stepfunctions").list_state_machines()["stateMachines"]
    assert len(machines) == len(template.machine_files())
    assert "Item" in table.get_item(Key={"id": "kept"})
    before = {name: function(name) for name in SOME}
    for one in before.values():
        assert one["Environment"]["Variables"]["HOSTER_CURRENCY"] == "EUR"
        assert one["Environment"]["Variables"]["HOSTER_KMS_KEY"] == moved["KeyArn"]

    changed = artefact(tmp_path / "build", code="second")
    after = stack.deploy(changed, NAME, {**GIVEN, "Currency": "USD"})

    assert after == moved
    assert deployed_functions() == everyone
    for name, was in before.items():
        found = function(name)
        assert found["CodeSha256"] != was["CodeSha256"]
        assert found["Environment"]["Variables"]["HOSTER_CURRENCY"] == "USD"
