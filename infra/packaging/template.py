"""The CloudFormation template: what `infra/template/` says by hand, and what the registry says.

Each function gets a role of its own with the actions that it declares; API Gateway and Step
Functions get one invoke role each.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

from chalicelib.runtime.declaration import Consumer, Need, Operation
from infra.packaging import dashboard, rest_api, stacks, triggers, web
from infra.packaging.environment import (
    RETIRING_KEY,
    SEALING_KEY,
    att,
    environment_of,
    function_arn,
    sub,
)
from infra.packaging.registry import Function, discover, steps
from infra.packaging.shortest import written

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = "python3.11"
LAYERS = ("base", "crypto", "nodes", "clouds", "acme", "dns", "stripe", "pdf")
TABLES = ("resources", "reservations", "journal", "money", "routes", "idempotency", "rates")
UNASKED = frozenset({"schedules", "events"})
"""Groups of functions that run without a request: traced where what called them is.

Lambda would trace one call a second by itself, which cannot be set; at rest that is every call.
"""
WITHOUT_ONE = frozenset({"zone", "told"})
"""Kinds of needs that are no one statement of a role."""
PASSING = frozenset({"fetch", "keep", "send", "invoke", "archive"})
"""Kinds of needs that pass something on."""
ON_ARCHIVES = {
    "put": ("s3:PutObject", "s3:AbortMultipartUpload"),
    "get": ("s3:GetObject",),
    "delete": ("s3:DeleteObject",),
}
"""What may be done with archives, by what is declared."""
Json = dict[str, Any]
MAIN = "template.yaml"
"""The main stack's template among the artefact's files."""
DECIDED = {"SealingKeyArn": SEALING_KEY, "RetiringKeyArn": RETIRING_KEY}
"""What hangs on the main stack's conditions, and what nested stacks call it."""


def render(chalice_functions: dict[str, Json], files: dict[str, str]) -> Json:
    """Write the whole template, as if one stack could hold it.

    `chalice_functions` maps each function's name to what Chalice packaged for it (Handler,
    MemorySize, Timeout); `files` maps artefact names to their SHA-256, so that a changed
    artefact has another key and CloudFormation updates what uses it.
    """
    template: Json = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Hoster: a deployment marketplace in its owner's own account",
    }
    for path in sorted((ROOT / "infra/template").glob("*.yaml")):
        for section, members in yaml.safe_load(path.read_text()).items():
            template.setdefault(section, {}).update(members)
    resources = template["Resources"]
    for layer in LAYERS:
        resources[f"{layer.title()}Layer"] = _layer(layer, files)
    for function in discover():
        packaged = chalice_functions[function.name]
        resources[function.logical_id] = _function(function, packaged, files)
        resources[f"{function.logical_id}Role"] = _role(function)
    resources.update(rest_api.resources())
    resources.update(web.resources())
    resources.update(_machines())
    resources.update(triggers.resources())
    resources.update(dashboard.resources(template))
    return template


def stacks_of(chalice_functions: dict[str, Json], files: dict[str, str]) -> dict[str, Json]:
    """Write a template for each stack, by its artefact's name, and add their SHA-256 to `files`.

    Functions, their roles and what starts them stand in nested stacks, and so do app proxies; all
    else in the main one.
    """
    main = render(chalice_functions, files)
    found = {}
    for name, part in stacks.split(main, _homes(main), DECIDED).items():
        file = stacks.file_of(name)
        found[file] = part.template
        files[file] = _digest(part.template)
        main["Resources"][stacks.NESTED[name]] = stacks.nest(part, artefact_key(file, files))
    for name, logical_id in stacks.WHOLE.items():
        file = stacks.file_of(name)
        found[file] = yaml.safe_load((ROOT / f"infra/template/nested/{name}.yaml").read_text())
        files[file] = _digest(found[file])
        url = stacks.url_of(artefact_key(file, files))
        main["Resources"][logical_id]["Properties"]["TemplateURL"] = url
    # Routes name their functions, and are to find them.
    main["Resources"]["RestApi"]["DependsOn"] = [stacks.NESTED["api"]]
    files[MAIN] = _digest(main)
    return {MAIN: main, **found}


def _homes(whole: Json) -> dict[str, str]:
    """The nested stack of each resource that stands in one."""
    of_function = ("", "Role", "Source", "Rule", "RulePermission", "Failure")
    homes = {
        f"{function.logical_id}{part}": stacks.OF_GROUP[function.group]
        for function in discover()
        for part in of_function
        if f"{function.logical_id}{part}" in whole["Resources"]
    }
    return homes | dict.fromkeys(_machines(), "steps")


def _digest(document: Json) -> str:
    return hashlib.sha256(written(document).encode()).hexdigest()


def artefact_key(name: str, files: dict[str, str]) -> str:
    """Where an artefact lies in the code bucket: its content's hash, then its name."""
    return f"{files[name][:16]}/{name}"


def _code(name: str, files: dict[str, str]) -> Json:
    return {
        "S3Bucket": {"Ref": "CodeBucket"},
        "S3Key": sub("${CodePrefix}" + artefact_key(name, files)),
    }


def _layer(layer: str, files: dict[str, str]) -> Json:
    return {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {
            "LayerName": sub("${Installation}-" + layer),
            "Content": _code(f"layers/{layer}.zip", files),
            "CompatibleRuntimes": [RUNTIME],
        },
    }


def _function(function: Function, packaged: Json, files: dict[str, str]) -> Json:
    declaration = function.declaration
    layers = ["base", *declaration.layers]
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": sub("${Installation}-" + function.name),
            "Description": function.description,
            "Handler": packaged["Handler"],
            "Runtime": {"Ref": "FunctionRuntime"},
            "MemorySize": declaration.memory,
            "Timeout": declaration.timeout,
            "Role": att(f"{function.logical_id}Role", "Arn"),
            "Code": _code("functions.zip", files),
            "Layers": [{"Ref": f"{layer.title()}Layer"} for layer in layers],
            "TracingConfig": {"Mode": "PassThrough" if function.group in UNASKED else "Active"},
            "LoggingConfig": {"LogGroup": {"Ref": f"{function.group.title()}Logs"}},
            "Environment": {"Variables": environment_of(declaration)},
        },
    }


def _role(function: Function) -> Json:
    group = f"{function.group.title()}Logs"
    statements = [
        _allow(["logs:CreateLogStream", "logs:PutLogEvents"], [att(group, "Arn")]),
        # X-Ray knows no resources: https://docs.aws.amazon.com/xray/latest/devguide/
        _allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
        *(_statement(need) for need in function.declaration.needs if need.kind not in WITHOUT_ONE),
        *(
            one
            for need in function.declaration.needs
            if need.kind == "zone"
            for one in _zone_statements()
        ),
    ]
    if isinstance(function.declaration, Operation):
        # `Id` is the ARN, as `Ref` is on AWS; the local AWS gives a name for that.
        secrets = [att("GatewaySecret", "Id")]
        if function.declaration.is_repeatable:
            secrets.append(att("IdempotencySecret", "Id"))
        statements.append(_allow(["secretsmanager:GetSecretValue"], secrets))
    if isinstance(function.declaration, Consumer):
        actions = [f"sqs:{a}" for a in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")]
        statements.append(
            _allow(actions, [att(f"{function.declaration.queue.title()}Queue", "Arn")])
        )
    if triggers.is_called_by_rule(function):
        statements.append(_allow(["sqs:SendMessage"], [att(triggers.FAILURES, "Arn")]))
    return _role_of("lambda.amazonaws.com", "declared", statements)


def _role_of(service: str, policy: str, statements: list[Json]) -> Json:
    """A role that a service of AWS acts under."""
    believed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": statements}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [believed]},
            "Policies": [{"PolicyName": policy, "PolicyDocument": document}],
        },
    }


def _allow(actions: list[str], resources: list[Any]) -> Json:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _statement(need: Need) -> Json:
    tables = [f"{name.title()}Table" for name in need.names]
    if need.kind == "read":
        arns = [att(table, "Arn") for table in tables]
        indexes = [sub("${" + f"{table}.Arn" + "}/index/*") for table in tables]
        return _allow(
            ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"], arns + indexes
        )
    if need.kind == "write":
        actions = ["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"]
        return _allow([f"dynamodb:{a}" for a in actions], [att(table, "Arn") for table in tables])
    if need.kind == "walk":
        return _allow(["dynamodb:Scan"], [att(table, "Arn") for table in tables])
    if need.kind == "secret":
        return _allow(["secretsmanager:GetSecretValue"], [_secret(name) for name in need.names])
    if need.kind == "mail":
        return _mail_statement()
    return _passing(need) if need.kind in PASSING else _working(need)


def _secret(name: str) -> Json:
    """A secret of the installation that is not the stack's own; AWS adds six letters."""
    prefix = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
    return sub(prefix + "${Installation}/" + name + "-*")


def _working(need: Need) -> Json:
    """Start and see executions; or seal and open, which belong to no one thing."""
    prefix = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:"
    if need.kind == "start":
        arns = [sub(f"{prefix}stateMachine:${{Installation}}-{name}") for name in need.names]
        return _allow(["states:StartExecution"], arns)
    if need.kind == "watch":
        arns = [sub(f"{prefix}execution:${{Installation}}-{name}:*") for name in need.names]
        return _allow(["states:DescribeExecution"], arns)
    if need.kind == "list":
        arns = [sub(f"{prefix}stateMachine:${{Installation}}-{name}") for name in need.names]
        return _allow(["states:ListExecutions"], arns)
    return _sealing(need.kind)


def _zone_statements() -> list[Json]:
    """Write in the zone of Route 53 that is configured, or read the key for another server's."""
    named = {"Fn::Select": [1, {"Fn::Split": [":", sub("${DnsUpdates}:none")]}]}
    prefix = sub("arn:${AWS::Partition}:route53:::hostedzone/")
    zone = {"Fn::Join": ["", [prefix, named]]}
    actions = ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"]
    return [_allow(actions, [zone]), _allow(["secretsmanager:GetSecretValue"], [_secret("dns")])]


def _mail_statement() -> Json:
    """Send from the installation's address, which SES knows itself or by its domain.

    The configuration set by which SES tells what comes back is part of each letter.
    """
    ses = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:"
    prefix, told = sub(f"{ses}identity/"), sub(ses + "configuration-set/${Installation}-mail")
    domain = {"Fn::Select": [1, {"Fn::Split": ["@", sub("${MailFrom}@none")]}]}
    identities = [{"Fn::Join": ["", [prefix, one]]} for one in ({"Ref": "MailFrom"}, domain)]
    address = {"ses:FromAddress": {"Ref": "MailFrom"}}
    allowed = _allow(["ses:SendEmail"], [*identities, told])
    return {**allowed, "Condition": {"StringEquals": address}}


def _passing(need: Need) -> Json:
    """Pass contents, messages or questions on."""
    if need.kind == "invoke":
        arns = [sub(function_arn(f"calls_{name}")) for name in need.names]
        return _allow(["lambda:InvokeFunction"], arns)
    if need.kind == "send":
        queues = [att(f"{name.title()}Queue", "Arn") for name in need.names]
        return _allow(["sqs:SendMessage"], queues)
    if need.kind == "archive":
        actions = [action for name in need.names for action in ON_ARCHIVES[name]]
        return _allow(actions, [sub("${ArchivesBucket.Arn}/*")])
    arns = [sub("${ContentsBucket.Arn}/" + f"{folder}/*") for folder in need.names]
    return _allow(["s3:GetObject" if need.kind == "fetch" else "s3:PutObject"], arns)


def _sealing(kind: str) -> Json:
    """Seal, or open what is sealed for this installation; also under a key that is retired."""
    allowed = (
        _allow(["kms:GenerateDataKey"], [SEALING_KEY])
        if kind == "seal"
        else _allow(["kms:Decrypt"], [SEALING_KEY, RETIRING_KEY])
    )
    context = {"kms:EncryptionContext:installation": {"Ref": "Installation"}}
    return {**allowed, "Condition": {"StringEquals": context}}


def machine_files() -> tuple[Path, ...]:
    """Every state machine's file."""
    return tuple(sorted((ROOT / "statemachines").glob("*.asl.json")))


def state_functions(machine: str) -> dict[str, Function]:
    """The function behind each Task of a machine: its own steps and the shared ones."""
    found = {}
    for function, _ in steps():
        folder = function.module.split(".")[2]
        if folder in {"shared", machine}:
            found[function.state] = function
    return found


TRACES = ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")
DELIVERIES = (
    *(f"{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")),
    *("ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"),
)


def _machine_role(functions: list[Json]) -> Json:
    """What a machine acts under: it calls the functions of its own states, and no others."""
    statements = [
        _allow(["lambda:InvokeFunction"], functions),
        # Neither X-Ray nor the delivery of logs knows resources.
        _allow([f"xray:{action}" for action in TRACES], ["*"]),
        _allow([f"logs:{action}" for action in DELIVERIES], ["*"]),
    ]
    return _role_of("states.amazonaws.com", "machine", statements)


def _machines() -> Json:
    found: Json = {}
    for path in machine_files():
        machine = path.name.removesuffix(".asl.json")
        text = path.read_text()
        places: Json = {
            state: att(function.logical_id, "Arn")
            for state, function in state_functions(machine).items()
            if "${" + state + "}" in text
        }
        definition = json.dumps(json.loads(text), separators=(",", ":"))
        found[f"{machine.title()}MachineRole"] = _machine_role([*places.values()])
        found[f"{machine.title()}Machine"] = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": sub("${Installation}-" + machine),
                "RoleArn": att(f"{machine.title()}MachineRole", "Arn"),
                "DefinitionString": {"Fn::Sub": [definition, places]},
                "TracingConfiguration": {"Enabled": True},
                "LoggingConfiguration": {
                    "Level": {"Ref": "MachineLogLevel"},
                    "IncludeExecutionData": False,
                    "Destinations": [
                        {"CloudWatchLogsLogGroup": {"LogGroupArn": att("MachinesLogs", "Arn")}}
                    ],
                },
            },
        }
    return found
