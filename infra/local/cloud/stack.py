"""Deploy the built template into the local AWS: the one for AWS with another runtime."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import boto3
import yaml

from infra.packaging.shortest import written

CODE_BUCKET = "hoster-local-code"
TEMPLATE = "template.yaml"
LOCAL_RUNTIME = "provided.al2023"
DEADLINE_SECONDS = 400


def overlay(template: dict[str, Any]) -> dict[str, Any]:
    """Swap the functions' runtime for the one whose bootstrap the artefact holds.

    This is the only difference between the local template and the one for AWS.
    """
    changed = json.loads(json.dumps(template))
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Runtime"] = LOCAL_RUNTIME
    return dict(changed)


def deploy(build: Path, name: str, parameters: dict[str, str]) -> dict[str, str]:
    """Upload the artefact, create or update the stack, wait for it, and return its outputs."""
    template = yaml.safe_load((build / "template.yaml").read_text())
    s3 = boto3.client("s3")
    _upload(build, s3)
    s3.put_object(Bucket=CODE_BUCKET, Key=TEMPLATE, Body=written(overlay(template)))
    given = [
        {"ParameterKey": key, "ParameterValue": value}
        for key, value in {**parameters, "CodeBucket": CODE_BUCKET}.items()
    ]
    cloudformation = boto3.client("cloudformation")
    call: dict[str, Any] = {
        "StackName": name,
        "TemplateURL": f"{s3.meta.endpoint_url}/{CODE_BUCKET}/{TEMPLATE}",
        "Parameters": given,
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    }
    if _status(cloudformation, name) is None:
        cloudformation.create_stack(**call)
    else:
        try:
            cloudformation.update_stack(**call)
        except cloudformation.exceptions.ClientError as error:
            if "No updates" not in str(error):
                raise
    outputs = _settled(cloudformation, name)
    _import_own_answers(template, outputs["ApiId"])
    return outputs


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


def _upload(build: Path, s3: Any) -> None:
    if CODE_BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=CODE_BUCKET)
    manifest = json.loads((build / "manifest.json").read_text())
    present = {o["Key"] for o in s3.list_objects_v2(Bucket=CODE_BUCKET).get("Contents", [])}
    for name, entry in manifest["files"].items():
        key = f"{entry['sha256'][:16]}/{name}"
        if name.endswith(".zip") and key not in present:
            s3.upload_file(str(build / name), CODE_BUCKET, key)
