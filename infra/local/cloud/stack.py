"""Deploy the built template into the local AWS: the one for AWS, with another runtime named."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra.deploy.artefact import CodeBucket
from infra.packaging.shortest import written

CODE_BUCKET = "hoster-local-code"
TEMPLATE = "template.yaml"
LOCAL_RUNTIME = "provided.al2023"
FIXED = {"CodeBucket": CODE_BUCKET, "FunctionRuntime": LOCAL_RUNTIME}
DEADLINE_SECONDS = 400
LACKING = {"MonthlyBudget": "0", "WebFront": "none"}
"""Parameters that leave out what the local AWS has not, or not for real: budgets, CloudFront."""


def deploy(build: Path, name: str, parameters: dict[str, str]) -> dict[str, str]:
    """Upload the artefact, create or update the stack, wait for it, and return its outputs."""
    s3 = boto3.client("s3")
    bucket = CodeBucket(s3, CODE_BUCKET)
    bucket.ensure()
    bucket.upload(build)
    template = _read(build / TEMPLATE)
    cloudformation = boto3.client("cloudformation")
    standing = _status(cloudformation, name) is not None
    if standing and _resources(cloudformation, name) & _nested(build):
        # A name belongs to one stack at a time: what a nested one is to have leaves this one first.
        _apply(cloudformation, s3, name, without_nested(template), parameters, standing=True)
        _settled(cloudformation, name)
    _apply(cloudformation, s3, name, template, parameters, standing=standing)
    outputs = _settled(cloudformation, name)
    _import_own_answers(template, outputs["ApiId"])
    return outputs


def without_nested(template: dict[str, Any]) -> dict[str, Any]:
    """The main stack alone."""
    kept = {
        name: {key: value for key, value in resource.items() if key != "DependsOn"}
        for name, resource in template["Resources"].items()
        if resource["Type"] != "AWS::CloudFormation::Stack"
    }
    gone = template["Resources"].keys() - kept.keys()
    told = {
        name: output
        for name, output in template["Outputs"].items()
        if not gone & set(re.findall(r"'Fn::GetAtt': \['(\w+)'", str(output)))
    }
    return {**template, "Resources": kept, "Outputs": told}


def _apply(
    cloudformation: Any,
    s3: Any,
    name: str,
    template: dict[str, Any],
    parameters: dict[str, str],
    *,
    standing: bool,
) -> None:
    """Begin to create or update the stack; nothing begins where nothing has changed."""
    s3.put_object(Bucket=CODE_BUCKET, Key=TEMPLATE, Body=written(template))
    call: dict[str, Any] = {
        "StackName": name,
        "TemplateURL": f"{s3.meta.endpoint_url}/{CODE_BUCKET}/{TEMPLATE}",
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in {**LACKING, **parameters, **FIXED}.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    if not standing:
        cloudformation.create_stack(**call)
        return
    try:
        cloudformation.update_stack(**call)
    except cloudformation.exceptions.ClientError as error:
        if "No updates" not in str(error):
            raise


def _resources(cloudformation: Any, name: str) -> set[str]:
    """What a stack holds itself."""
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return {one["LogicalResourceId"] for page in pages for one in page["StackResourceSummaries"]}


def _nested(build: Path) -> set[str]:
    """What the nested stacks are to hold."""
    names = json.loads((build / "manifest.json").read_text())["stacks"].keys() - {TEMPLATE}
    return {one for name in names for one in _read(build / name)["Resources"]}


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    return found


def _import_own_answers(template: dict[str, Any], api: str) -> None:
    """Put what API Gateway answers by itself; the emulator imports the document's paths alone."""
    client = boto3.client("apigateway")
    body = template["Resources"]["RestApi"]["Properties"]["Body"]
    for kind, answer in body["x-amazon-apigateway-gateway-responses"].items():
        client.put_gateway_response(
            restApiId=api,
            responseType=kind,
            statusCode=str(answer["statusCode"]),
            responseTemplates=answer["responseTemplates"],
            responseParameters=answer.get("responseParameters", {}),
        )
    client.create_deployment(restApiId=api, stageName="api")


def _status(cloudformation: Any, name: str) -> str | None:
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except cloudformation.exceptions.ClientError:
        return None


def _settled(cloudformation: Any, name: str) -> dict[str, str]:
    """Wait until the stack stands. Raises `RuntimeError` with the first failure's reason."""
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        status = stack["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
        if status.endswith(("FAILED", "ROLLBACK_COMPLETE")):
            events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [
                e.get("ResourceStatusReason") for e in events if "FAILED" in e["ResourceStatus"]
            ]
            raise RuntimeError(f"The stack ended {status}: {reasons[-1:] or stack}")
        time.sleep(0.2)
    raise RuntimeError(f"The stack did not settle in {DEADLINE_SECONDS} s")
