"""The CloudFormation template: one function, one role; nothing but what is declared."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import fields
from typing import Any

import pytest

from chalicelib.adapters.calls.lambdas import ANSWER_SECONDS
from chalicelib.adapters.records.tables import tables
from chalicelib.runtime.declaration import Called, Consumer, Event, Schedule
from infra.packaging.environment import function_arn
from infra.packaging.gateway import VERBS
from infra.packaging.registry import consumers, discover, operations, routes, steps
from infra.packaging.stacks import OF_GROUP, WHOLE, file_of
from infra.packaging.template import RUNTIME, TABLES
from infra.packaging.triggers import FAILURES
from tests.packaging.conftest import Built

ACTIONS = {
    "read": {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"},
    "write": {
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
    },
    "walk": {"dynamodb:Scan"},
    "start": {"states:StartExecution"},
    "list": {"states:ListExecutions"},
    "watch": {"states:DescribeExecution"},
    "seal": {"kms:GenerateDataKey"},
    "open": {"kms:Decrypt"},
    "fetch": {"s3:GetObject"},
    "keep": {"s3:PutObject"},
    "send": {"sqs:SendMessage"},
    "invoke": {"lambda:InvokeFunction"},
    "secret": {"secretsmanager:GetSecretValue"},
    "mail": {"ses:SendEmail"},
    "told": set(),
    "archive": set(),
    "zone": {
        *("route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"),
        "secretsmanager:GetSecretValue",
    },
}
ON_ARCHIVES = {
    "put": {"s3:PutObject", "s3:AbortMultipartUpload"},
    "get": {"s3:GetObject"},
    "delete": {"s3:DeleteObject"},
}
RESOURCES = 450
"""CloudFormation takes 500."""
BYTES = 700_000
"""CloudFormation takes a megabyte."""
MORE = 60
"""So many more functions are to find room, wherever they stand."""
CONSUMES = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


@pytest.fixture(scope="session")
def resources(here: Built) -> dict[str, Any]:
    found: dict[str, Any] = here.template["Resources"]
    return found


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


def test_stack_stays_below_its_bound(here: Built) -> None:
    files = here.manifest()["files"]
    functions: dict[str, int] = defaultdict(int)
    for function in discover():
        functions[file_of(OF_GROUP[function.group])] += 1
    lines, broken = [], []
    for name, resources in sorted(here.manifest()["stacks"].items()):
        size, count = files[name]["bytes"], functions[name]
        more = MORE / count if count else 0
        told = f"{name}: {resources} resources, {size:,} bytes, {count} functions"
        lines.append(told)
        if not (resources < RESOURCES and size < BYTES):
            broken.append(told)
        if not (resources * (1 + more) < RESOURCES and size * (1 + more) < 1_000_000):
            broken.append(f"{told}: no room for {MORE} more")
    print(*lines, sep="\n")

    assert broken == []


def test_functions_run_in_the_runtime_that_a_parameter_names(here: Built) -> None:
    """The local deployment names another one, and deploys the same templates."""
    asked = here.stacks["template.yaml"]["Parameters"]["FunctionRuntime"]

    assert asked["Default"] == RUNTIME
    functions = of_type(here.template["Resources"], "AWS::Lambda::Function")
    assert {str(one["Runtime"]) for one in functions.values()} == {"{'Ref': 'FunctionRuntime'}"}


def test_each_function_has_a_role_of_its_own(resources: dict[str, Any]) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")

    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in functions.values()]

    assert len(set(roles)) == len(functions) == len(discover())
    for function in discover():
        assert functions[function.logical_id]["Role"] == {
            "Fn::GetAtt": [f"{function.logical_id}Role", "Arn"]
        }


def test_role_allows_what_the_function_declares_and_nothing_else(
    resources: dict[str, Any],
) -> None:
    for function in discover():
        role = resources[f"{function.logical_id}Role"]["Properties"]
        [policy] = role["Policies"]
        statements = policy["PolicyDocument"]["Statement"]
        allowed = {action for statement in statements for action in statement["Action"]}
        declared = {
            *("logs:CreateLogStream", "logs:PutLogEvents"),
            *("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        }
        if function.group == "api":
            declared.add("secretsmanager:GetSecretValue")
        if isinstance(function.declaration, Consumer):
            declared |= CONSUMES
        if isinstance(function.declaration, Schedule | Event):
            declared.add("sqs:SendMessage")
        for need in function.declaration.needs:
            declared |= ACTIONS[need.kind]
            if need.kind == "archive":
                declared |= {action for name in need.names for action in ON_ARCHIVES[name]}
        assert allowed == declared, function.name
        assert "ManagedPolicyArns" not in role
        for statement in statements:
            assert statement["Effect"] == "Allow"
            traces = all(action.startswith("xray:") for action in statement["Action"])
            assert ("*" in statement["Resource"]) == traces
            assert not [action for action in statement["Action"] if "*" in action]


def test_role_names_the_tables_that_the_function_declares(resources: dict[str, Any]) -> None:
    for function in discover():
        [policy] = resources[f"{function.logical_id}Role"]["Properties"]["Policies"]
        text = json.dumps(policy)
        named = {name.lower() for name in re.findall(r"(\w+)Table", text)}
        declared = {
            name
            for need in function.declaration.needs
            if need.kind in {"read", "write", "walk"}
            for name in need.names
        }
        assert named == declared, function.name


def test_role_names_the_folders_and_queues_that_the_function_declares(
    resources: dict[str, Any],
) -> None:
    for function in discover():
        [policy] = resources[f"{function.logical_id}Role"]["Properties"]["Policies"]
        text = json.dumps(policy)
        needs = function.declaration.needs
        folders = {n for need in needs if need.kind in {"fetch", "keep"} for n in need.names}
        queues = {n for need in needs if need.kind == "send" for n in need.names}
        if isinstance(function.declaration, Consumer):
            queues.add(function.declaration.queue)
        assert set(re.findall(r"ContentsBucket\.Arn}/(\w+)/\*", text)) == folders, function.name
        named = {name.lower() for name in re.findall(r'"(\w+)Queue"', text)}
        assert named == queues, function.name


def test_role_names_the_one_function_that_is_asked(resources: dict[str, Any]) -> None:
    called = {f"calls_{n}": f for f in discover() for n in [f.name.removeprefix("calls_")]}
    for function in discover():
        asked = {
            n for need in function.declaration.needs if need.kind == "invoke" for n in need.names
        }
        [policy] = resources[f"{function.logical_id}Role"]["Properties"]["Policies"]
        arns = [
            arn
            for statement in policy["PolicyDocument"]["Statement"]
            if "lambda:InvokeFunction" in statement["Action"]
            for arn in statement["Resource"]
        ]

        assert arns == [
            {"Fn::Sub": function_arn(called[f"calls_{name}"].name)} for name in sorted(asked)
        ], function.name
        if asked:
            assert Called in {type(called[f"calls_{name}"].declaration) for name in asked}
            assert function.declaration.timeout > ANSWER_SECONDS


def test_function_that_is_asked_ends_before_nobody_waits_any_more() -> None:
    called = [f.declaration for f in discover() if isinstance(f.declaration, Called)]

    assert called
    for declaration in called:
        assert declaration.timeout < ANSWER_SECONDS


def test_contents_are_private_and_encrypted_and_old_indexes_go(
    resources: dict[str, Any],
) -> None:
    bucket = resources["ContentsBucket"]["Properties"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert "ServerSideEncryptionConfiguration" in bucket["BucketEncryption"]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert {rule["Status"] for rule in rules} == {"Enabled"}
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules} == {
        "catalogue/": 7,
        "downloads/": 1,
        "exports/": 7,
    }


def test_queue_hands_its_messages_to_its_function_and_keeps_what_fails(
    resources: dict[str, Any],
) -> None:
    for function, consumer in consumers():
        source = resources[f"{function.logical_id}Source"]["Properties"]
        name = source["EventSourceArn"]["Fn::GetAtt"][0]
        queue = resources[name]["Properties"]

        assert name.lower() == f"{consumer.queue}queue"
        assert source["FunctionName"] == {"Ref": function.logical_id}
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert queue["VisibilityTimeout"] >= 6 * consumer.timeout
        assert queue["RedrivePolicy"]["maxReceiveCount"] > 1
        assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": [FAILURES, "Arn"]}
        assert queue["SqsManagedSseEnabled"]
        # Lambda takes more than ten messages at a time only of a queue that it may gather from.
        assert consumer.batch <= 10 or consumer.gather >= 1
        bounded = {"MaximumConcurrency": consumer.at_once} if consumer.at_once else None
        assert source.get("ScalingConfig") == bounded
    assert resources["CatalogueQueue"]["Properties"]["DelaySeconds"] > 0


def test_somebody_is_told_of_each_message_that_nobody_could_take(
    resources: dict[str, Any],
) -> None:
    queues = of_type(resources, "AWS::SQS::Queue")
    told = {
        alarm["MetricName"]: (alarm["Threshold"], alarm["Dimensions"])
        for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values()
        if alarm.get("Namespace") == "AWS/SQS"
    }

    failures = [{"Name": "QueueName", "Value": {"Fn::GetAtt": [FAILURES, "QueueName"]}}]
    assert told == {
        "ApproximateNumberOfMessagesVisible": (0, failures),
        "ApproximateAgeOfOldestMessage": (86400, failures),
    }
    assert [name for name, queue in queues.items() if "RedrivePolicy" not in queue] == [FAILURES]


def test_call_of_a_rule_that_failed_for_good_is_kept(resources: dict[str, Any]) -> None:
    failures = {"Fn::GetAtt": [FAILURES, "Arn"]}
    called = [f for f in discover() if isinstance(f.declaration, Schedule | Event)]
    rules = of_type(resources, "AWS::Events::Rule")
    policy = of_type(resources, "AWS::SQS::QueuePolicy")["FailuresPolicy"]
    [allowed] = policy["PolicyDocument"]["Statement"]

    assert {f"{function.logical_id}Rule" for function in called} == rules.keys()
    for function in called:
        kept = resources[f"{function.logical_id}Failure"]["Properties"]
        [target] = rules[f"{function.logical_id}Rule"]["Targets"]
        assert kept["FunctionName"] == {"Ref": function.logical_id}
        assert kept["DestinationConfig"] == {"OnFailure": {"Destination": failures}}
        assert target["DeadLetterConfig"] == {"Arn": failures}
        role = json.dumps(resources[f"{function.logical_id}Role"])
        assert json.dumps(failures) in role
    assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
    assert allowed["Resource"] == failures
    assert policy["Queues"] == [{"Ref": FAILURES}]
    assert resources[FAILURES]["Properties"]["MessageRetentionPeriod"] == 14 * 86400


def test_only_the_mail_service_can_say_that_a_letter_came_back(resources: dict[str, Any]) -> None:
    """Through one topic into one queue: SES of this account's own set, and nobody beside it."""
    [topic_policy] = [
        one
        for one in of_type(resources, "AWS::SNS::TopicPolicy").values()
        if one["Topics"] == [{"Ref": "MailTopic"}]
    ]
    queue_policy = of_type(resources, "AWS::SQS::QueuePolicy")["NoticesQueuePolicy"]
    [publishing] = topic_policy["PolicyDocument"]["Statement"]
    [sending] = queue_policy["PolicyDocument"]["Statement"]
    [told] = of_type(resources, "AWS::SES::ConfigurationSetEventDestination").values()

    assert publishing["Principal"] == {"Service": "ses.amazonaws.com"}
    assert publishing["Condition"]["StringEquals"].keys() == {"aws:SourceAccount", "aws:SourceArn"}
    assert sending["Principal"] == {"Service": "sns.amazonaws.com"}
    assert sending["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "MailTopic"}}}
    assert queue_policy["Queues"] == [{"Ref": "NoticesQueue"}]
    assert told["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]
    assert told["EventDestination"]["SnsDestination"] == {"TopicARN": {"Ref": "MailTopic"}}


def names_in(node: Any) -> set[str]:
    """Every resource and parameter that a part of the template refers to."""
    match node:
        case list():
            found = [names_in(entry) for entry in node]
        case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
            found = [{name}]
        case {"Fn::Sub": [text, places]}:
            found = [names_of(text) - set(places), names_in(places)]
        case {"Fn::Sub": text}:
            found = [names_of(text)]
        case dict():
            found = [names_in(entry) for entry in node.values()]
        case _:
            found = []
    return set().union(*found)


def names_of(text: str) -> set[str]:
    return {name.split(".", 1)[0] for name in re.findall(r"\${([^}]+)}", text)}


def test_every_name_that_is_referred_to_exists(here: Built) -> None:
    template = here.template

    deciding = [template["Conditions"], template["Rules"]]
    nesting = [here.stacks["template.yaml"]["Resources"][one] for one in WHOLE.values()]
    referred = names_in([template["Resources"], template["Outputs"], deciding, nesting])

    known = {*template["Resources"], *template["Parameters"], *WHOLE.values()}
    assert {name for name in referred - known if not name.startswith("AWS::")} == set()
    unused = set(template["Parameters"]) - referred
    assert unused == set()


def test_each_route_goes_to_its_own_function_and_the_rest_to_one(
    resources: dict[str, Any],
) -> None:
    paths = resources["RestApi"]["Properties"]["Body"]["paths"]
    served = {(o.path, o.method.lower()): f.name for f, o in operations()}

    assert set(paths) == {*routes(), "/", "/{proxy+}"}
    for path, verbs in paths.items():
        assert set(verbs) == set(VERBS), path
        for verb, entry in verbs.items():
            integration = entry["x-amazon-apigateway-integration"]
            target = function_arn(served.get((path, verb), "api_system_fallback"))
            assert f"/functions/{target}/invocations" in integration["uri"]["Fn::Sub"]
            assert integration["credentials"] == {"Fn::GetAtt": ["ApiInvokeRole", "Arn"]}
            assert integration["type"] == "aws_proxy"
    assert of_type(resources, "AWS::Lambda::Permission").keys() == {
        name for name in resources if name.endswith("RulePermission")
    }


def test_gateway_answers_by_itself_with_error_documents(resources: dict[str, Any]) -> None:
    body = resources["RestApi"]["Properties"]["Body"]
    answers = body["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= set(answers)
    assert {answer["statusCode"] for answer in answers.values()} >= {413, 429, 502, 504}
    for kind, answer in answers.items():
        text = answer["responseTemplates"]["application/json"]
        document = json.loads(text.replace("$context.error.messageString", '"why"'))
        [error] = document["errors"]
        assert error["status"] == str(answer["statusCode"]), kind
        assert error.keys() == {"status", "code", "title", "detail"}


def test_changed_document_is_deployed_anew(resources: dict[str, Any]) -> None:
    stage = resources["RestApiStage"]["Properties"]

    [deployment] = of_type(resources, "AWS::ApiGateway::Deployment")

    assert stage["DeploymentId"] == {"Ref": deployment}
    assert stage["StageName"] == "api"
    assert re.fullmatch(r"RestApiDeployment[0-9a-f]{10}", deployment)


def test_functions_write_to_the_log_of_their_group(resources: dict[str, Any]) -> None:
    logs = of_type(resources, "AWS::Logs::LogGroup")
    for function in discover():
        properties = resources[function.logical_id]["Properties"]
        group = properties["LoggingConfig"]["LogGroup"]["Ref"]
        assert group == f"{function.group.title()}Logs"
        assert logs[group]["RetentionInDays"] > 0


def test_layers_of_a_function_are_those_that_it_declares(resources: dict[str, Any]) -> None:
    for function in discover():
        properties = resources[function.logical_id]["Properties"]
        layers = [layer["Ref"] for layer in properties["Layers"]]
        declared = ["base", *function.declaration.layers]
        assert layers == [f"{name.title()}Layer" for name in declared]
        assert properties["MemorySize"] == function.declaration.memory
        assert properties["Timeout"] == function.declaration.timeout


def test_traces_begin_with_requests_and_work_and_not_with_schedules(
    resources: dict[str, Any],
) -> None:
    for function in discover():
        mode = resources[function.logical_id]["Properties"]["TracingConfig"]["Mode"]
        unasked = function.group in {"schedules", "events"}
        assert mode == ("PassThrough" if unasked else "Active"), function.name


def test_task_waits_longer_than_its_function_may_run(resources: dict[str, Any]) -> None:
    timeouts = {f.logical_id: f.declaration.timeout for f, _ in steps()}
    for name, machine in of_type(resources, "AWS::StepFunctions::StateMachine").items():
        text, places = machine["DefinitionString"]["Fn::Sub"]
        for state, task in json.loads(text)["States"].items():
            if task["Type"] == "Task":
                function = places[state]["Fn::GetAtt"][0]
                assert task["TimeoutSeconds"] > timeouts[function], (name, state)


def test_tables_have_the_keys_and_indexes_of_the_models(resources: dict[str, Any]) -> None:
    bound = tables("test", "us-east-1")
    models: dict[str, list[Any]] = {}
    for field in fields(bound):
        model = getattr(bound, field.name)
        models.setdefault(model.Meta.table_name.removeprefix("test-"), []).append(model)
    assert set(TABLES) == set(models)
    for name in TABLES:
        properties = resources[f"{name.title()}Table"]["Properties"]
        shown = {
            index["IndexName"]: keys_of(index)
            for index in properties.get("GlobalSecondaryIndexes", ())
        }
        assert [keys_of(properties)] * len(models[name]) == [*map(keys_of_model, models[name])]
        assert shown == {
            index.Meta.index_name: keys_of_model(index)
            for model in models[name]
            for index in model._indexes.values()
        }


def test_what_is_kept_for_a_while_expires(resources: dict[str, Any]) -> None:
    expiring = {
        name: table["TimeToLiveSpecification"]["AttributeName"]
        for name, table in of_type(resources, "AWS::DynamoDB::Table").items()
        if table.get("TimeToLiveSpecification", {}).get("Enabled")
    }

    assert expiring == {
        "JournalTable": "expires_at",
        "ResourcesTable": "expires_at",
        "RoutesTable": "expires_at",
        "IdempotencyTable": "expiration",
        "RatesTable": "expires_at",
    }


def test_key_opens_only_what_was_sealed_for_this_installation(resources: dict[str, Any]) -> None:
    context = {"kms:EncryptionContext:installation": {"Ref": "Installation"}}
    sealing = [
        statement
        for role in of_type(resources, "AWS::IAM::Role").values()
        for policy in role.get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
        if "kms:" in json.dumps(statement["Action"])
    ]

    assert sealing
    assert all(statement["Condition"] == {"StringEquals": context} for statement in sealing)


def test_secret_of_repeated_requests_is_read_by_whoever_may_repeat_one(
    resources: dict[str, Any],
) -> None:
    reading = {
        function.name
        for function in discover()
        if "IdempotencySecret" in json.dumps(resources[f"{function.logical_id}Role"])
    }

    assert reading == {f.name for f, o in operations() if o.is_repeatable}


def keys_of(part: dict[str, Any]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in part["KeySchema"]}


def keys_of_model(model: Any) -> dict[str, str]:
    """The keys of a model or an index, by their kinds."""
    schema = model._get_schema()["key_schema"]
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def test_what_holds_data_outlives_the_stack_and_can_be_restored(
    resources: dict[str, Any],
) -> None:
    keeping = {"AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket"}
    for name, resource in resources.items():
        if resource["Type"] in keeping:
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate", name
            assert resource["UpdateReplacePolicy"] == "Retain", name
    for name, table in of_type(resources, "AWS::DynamoDB::Table").items():
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], name
        assert table["SSESpecification"]["SSEEnabled"], name
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert table["DeletionProtectionEnabled"] is True, name


def test_key_is_turned_and_can_be_had_in_another_region(resources: dict[str, Any]) -> None:
    [key] = of_type(resources, "AWS::KMS::Key").values()

    assert key["EnableKeyRotation"] is True
    assert key["MultiRegion"] is True


def test_machines_log_what_fails_and_no_data(resources: dict[str, Any]) -> None:
    for name, machine in of_type(resources, "AWS::StepFunctions::StateMachine").items():
        logging = machine["LoggingConfiguration"]
        [place] = logging["Destinations"]
        group = place["CloudWatchLogsLogGroup"]["LogGroupArn"]
        assert logging["IncludeExecutionData"] is False, name
        assert logging["Level"] == {"Ref": "MachineLogLevel"}, name
        assert group == {"Fn::GetAtt": ["MachinesLogs", "Arn"]}, name
        assert machine["TracingConfiguration"] == {"Enabled": True}, name


def test_template_needs_no_anchors_and_holds_no_secret(here: Built) -> None:
    for name in here.stacks:
        text = (here.build / name).read_text()

        assert not re.search(r"^\s*\S+: [&*]id\d+", text, re.MULTILINE)
        assert "000000000000" not in text


def test_what_names_a_function_names_it_as_it_is_called(resources: dict[str, Any]) -> None:
    """No reference holds names together across stacks, so this does."""
    for function in discover():
        named = resources[function.logical_id]["Properties"]["FunctionName"]["Fn::Sub"]

        assert function_arn(function.name).endswith(f":function:{named}")
