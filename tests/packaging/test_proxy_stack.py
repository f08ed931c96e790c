"""App proxies on Fargate or on any host: told what they need, reached by the balancer alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.packaging.stacks import file_of
from infra.packaging.template import ROOT
from infra.proxy import __main__ as proxy
from infra.proxy.settings import Settings, reporting, source
from infra.proxy.templates import fill
from tests.packaging.conftest import Built
from tests.packaging.test_template import of_type

Json = dict[str, Any]
COMPOSE: Json = yaml.safe_load((ROOT / "infra/proxy/compose.yaml").read_text())["services"]["proxy"]
NETWORK = "10.83.0.0/16"
TOLD = {"Network": NETWORK, "TLSPort": "443"}
OF_THE_HOST = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
"""What a task has from its role."""


@pytest.fixture(scope="session")
def stack(here: Built) -> Json:
    found: Json = here.stacks[file_of("proxy")]["Resources"]
    return found


@pytest.fixture(scope="session")
def task(stack: Json) -> Json:
    [container] = stack["Task"]["Properties"]["ContainerDefinitions"]
    return dict(container)


@pytest.fixture
def settings(task: Json, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What the proxy makes of the task's command."""
    words = [TOLD[one["Ref"]] if isinstance(one, dict) else one for one in task["Command"]]
    monkeypatch.setattr("sys.argv", ["proxy", *words])
    return proxy._settings()


def test_task_and_host_are_told_the_same(task: Json) -> None:
    told = {one["Name"] for one in task["Environment"]}

    assert told == COMPOSE["environment"].keys() - OF_THE_HOST


def test_proxy_can_run_with_what_it_is_told(task: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REFUSED_NETWORKS", "ADMITTED_NETWORKS", "REPORT_SECONDS"):
        monkeypatch.delenv(f"HOSTER_PROXY_{name}", raising=False)
    for one in task["Environment"]:
        networks = one["Name"].endswith("_NETWORKS")
        monkeypatch.setenv(one["Name"], f"127.0.0.0/8 {NETWORK}" if networks else "told")

    given, reported = source(), reporting()

    assert given.table == given.installation == given.key == given.retiring_key == "told"
    assert reported is not None
    assert reported.queue == "told"


def test_balancer_leads_to_the_ports_of_the_proxy(
    stack: Json, task: Json, settings: Settings
) -> None:
    targets = of_type(stack, "AWS::ElasticLoadBalancingV2::TargetGroup")
    listeners = of_type(stack, "AWS::ElasticLoadBalancingV2::Listener").values()
    led = {
        json.dumps(one["Port"]): targets[one["DefaultActions"][0]["TargetGroupArn"]["Ref"]]["Port"]
        for one in listeners
    }
    entered = {
        rule["FromPort"]: rule["SourceSecurityGroupId"]
        for rule in stack["ProxyGroup"]["Properties"]["SecurityGroupIngress"]
    }

    assert led == {"80": settings.port, json.dumps({"Ref": "TLSPort"}): settings.tls_port}
    assert all(one["Protocol"] == "TCP" for one in [*listeners, *targets.values()])
    ports = {settings.port, settings.tls_port, settings.check_port}
    assert {one["ContainerPort"] for one in task["PortMappings"]} == ports
    assert entered == {port: {"Ref": "BalancerGroup"} for port in ports}
    served = {
        one["TargetGroupArn"]["Ref"]: one["ContainerPort"]
        for one in stack["Service"]["Properties"]["LoadBalancers"]
    }
    assert served == {name: one["Port"] for name, one in targets.items()}


def test_balancer_asks_whether_the_proxy_is_ready_and_tells_who_asks(
    stack: Json, settings: Settings
) -> None:
    for one in of_type(stack, "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        passing = {each["Key"]: each["Value"] for each in one["TargetGroupAttributes"]}
        assert one["HealthCheckPort"] == str(settings.check_port)
        answered = fill("checks.cfg", bind="0.0.0.0", check_port=settings.check_port)
        assert f"if {{ path {one['HealthCheckPath']} }}" in answered
        assert passing["proxy_protocol_v2.enabled"] == "true"
        assert passing["preserve_client_ip.enabled"] == "false"
        left = int(passing["deregistration_delay.timeout_seconds"])
        assert left > settings.drain_seconds
    assert settings.accept_proxy == (NETWORK,)
    assert settings.bind == "0.0.0.0"


def test_two_run_and_a_broken_one_replaces_none(stack: Json, here: Built) -> None:
    service = stack["Service"]["Properties"]
    deployed = service["DeploymentConfiguration"]

    assert here.template["Parameters"]["ProxyTasks"]["Default"] == 2
    assert deployed["MinimumHealthyPercent"] == 100
    assert deployed["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


def test_proxy_writes_into_its_state_folder_alone(task: Json) -> None:
    [mount] = task["MountPoints"]
    told = {one["Name"]: one["Value"] for one in task["Environment"]}

    assert task["ReadonlyRootFilesystem"]
    assert COMPOSE["read_only"]
    assert COMPOSE["volumes"] == [f"state:{mount['ContainerPath']}"]
    assert told["TMPDIR"] == COMPOSE["environment"]["TMPDIR"] == mount["ContainerPath"]


def test_proxy_may_read_routes_open_keys_and_report(here: Built, stack: Json) -> None:
    policy = here.template["Resources"]["ProxyPolicy"]["Properties"]["PolicyDocument"]
    allowed = {action for one in policy["Statement"] for action in one["Action"]}
    [opening] = [one for one in policy["Statement"] if one["Action"] == ["kms:Decrypt"]]

    assert allowed == {
        *("dynamodb:BatchGetItem", "dynamodb:Query"),
        *("kms:Decrypt", "sqs:SendMessage"),
    }
    assert "*" not in json.dumps(policy)
    assert "kms:EncryptionContext:installation" in json.dumps(opening["Condition"])
    assert stack["ProxyRole"]["Properties"]["ManagedPolicyArns"] == [{"Ref": "Policy"}]
    assert "Policies" not in stack["ProxyRole"]["Properties"]


def test_somebody_is_told_when_fewer_are_ready_than_should_be(stack: Json) -> None:
    alarm = stack["FewProxiesAlarm"]["Properties"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/NetworkELB", "HealthyHostCount")
    assert alarm["Threshold"] == {"Ref": "Tasks"} == stack["Service"]["Properties"]["DesiredCount"]
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_host_runs_the_same_image_on_the_same_ports(settings: Settings) -> None:
    file = ROOT / "infra/proxy" / COMPOSE["build"]["context"] / COMPOSE["build"]["dockerfile"]
    text = file.read_text()
    shown = re.findall(r"^CMD (.+)$", text, re.MULTILINE)[-1]

    assert COMPOSE["ports"] == [f"80:{settings.port}", f"443:{settings.tls_port}"]
    assert json.loads(shown) == ["--bind", "0.0.0.0", "--port", "9091", "--state", "/state"]
    assert COMPOSE["cap_drop"] == ["ALL"]
    assert Path(COMPOSE["build"]["dockerfile"]).name == "Dockerfile"
