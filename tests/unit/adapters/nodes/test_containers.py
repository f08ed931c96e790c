"""What the Docker Engine is asked for, exactly, and how its answers are read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.nodes import containers
from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import (
    Dependency,
    HealthCheck,
    ManagedFile,
    Mount,
    Plan,
    Port,
    Route,
    Service,
)
from chalicelib.ports.nodes import HostPorts

WEB = Service(
    name="web",
    image="nginx:alpine",
    command=("nginx", "-g", "daemon off;"),
    entrypoint=("/entry",),
    environment=(("A", "1"), ("B", "x=y")),
    ports=(Port(80), Port(53, protocol="udp")),
    mounts=(
        Mount("volume", "data", "/data"),
        Mount("file", "page", "/www/index.html"),
        Mount("tmpfs", "", "/scratch"),
    ),
    depends_on=(Dependency("db"), Dependency("cache")),
    health_check=HealthCheck(("CMD", "true"), 1.5, 2.0, 4, 0.25),
    restart="always",
    cpus=0.25,
    memory_mb=128,
    pids=64,
    user="nobody",
    working_dir="/www",
    labels=(("team", "blue"), ("com.hoster.deployment", "another")),
    stop_grace=2.5,
    init=True,
    read_only=True,
)
PLAN = Plan(
    services=(WEB,),
    volumes=("data",),
    files=(ManagedFile("page", "hello"), ManagedFile("other", "not mounted")),
    route=Route("web", 8080),
)


AT = {(8080, "tcp"): 30001}
ASKED: dict[str, Any] = {"generation": 3, "host_ports": AT}


def creation(plan: Plan = PLAN, service: Service = WEB, **changes: Any) -> dict[str, Any]:
    return containers.creation("d1", plan, service, **(ASKED | changes))


def test_creation_asks_for_exactly_what_was_planned() -> None:
    asked = creation(image_volumes=("/var/cache", "/data"))

    digest = asked["Labels"].pop("com.hoster.config-hash")
    assert digest == containers.config_hash("d1", PLAN, WEB, host_ports=AT)
    assert asked == {
        "Image": "nginx:alpine",
        "Cmd": ["nginx", "-g", "daemon off;"],
        "Entrypoint": ["/entry"],
        "User": "nobody",
        "WorkingDir": "/www",
        "Env": ["A=1", "B=x=y"],
        "Labels": {
            "team": "blue",
            "com.hoster.managed": "true",
            "com.hoster.deployment": "d1",
            "com.hoster.service": "web",
            "com.hoster.generation": "3",
            "com.hoster.depends-on": "db,cache",
        },
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}, "8080/tcp": {}},
        "StopTimeout": 3,
        "Healthcheck": {
            "Test": ["CMD", "true"],
            "Interval": 1_500_000_000,
            "Timeout": 2_000_000_000,
            "Retries": 4,
            "StartPeriod": 250_000_000,
        },
        "HostConfig": {
            "NetworkMode": "hoster_d1",
            "PortBindings": {"8080/tcp": [{"HostIp": "0.0.0.0", "HostPort": "30001"}]},
            "Mounts": [
                {
                    "Type": "volume",
                    "Source": "hoster_d1_data",
                    "Target": "/data",
                    "ReadOnly": False,
                    "VolumeOptions": {
                        "Labels": {"com.hoster.managed": "true", "com.hoster.deployment": "d1"}
                    },
                },
                {
                    "Type": "bind",
                    "Source": names.file_path("d1", PLAN.files[0]),
                    "Target": "/www/index.html",
                    "ReadOnly": True,
                },
                {"Type": "tmpfs", "Target": "/scratch", "ReadOnly": False},
                {
                    "Type": "volume",
                    "Source": "hoster_d1__web_b79f7b1a48aea6d3",
                    "Target": "/var/cache",
                    "ReadOnly": False,
                    "VolumeOptions": {
                        "Labels": {"com.hoster.managed": "true", "com.hoster.deployment": "d1"}
                    },
                },
            ],
            "RestartPolicy": {"Name": "unless-stopped"},
            "NanoCpus": 250_000_000,
            "Memory": 134_217_728,
            "MemorySwap": 134_217_728,
            "PidsLimit": 64,
            "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}},
            "SecurityOpt": ["no-new-privileges"],
            "Init": True,
            "ReadonlyRootfs": True,
        },
        "NetworkingConfig": {"EndpointsConfig": {"hoster_d1": {"Aliases": ["web"]}}},
    }


def test_what_the_image_decides_is_left_to_it() -> None:
    asked = creation(service=Service("web", "nginx"))

    assert not asked.keys() & {"Cmd", "Entrypoint", "User", "WorkingDir", "Healthcheck"}


def test_empty_command_is_not_the_images_own() -> None:
    assert creation(service=replace(WEB, command=()))["Cmd"] == []


def test_every_host_port_is_bound_for_everybody_and_nothing_else_is() -> None:
    asked = creation(host_ports={(80, "tcp"): 30001, (53, "udp"): 30002, (9, "tcp"): 30003})

    assert asked["ExposedPorts"] == {"80/tcp": {}, "53/udp": {}, "9/tcp": {}}
    assert asked["HostConfig"]["PortBindings"] == {
        "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "30001"}],
        "53/udp": [{"HostIp": "0.0.0.0", "HostPort": "30002"}],
        "9/tcp": [{"HostIp": "0.0.0.0", "HostPort": "30003"}],
    }
    assert creation(host_ports={})["HostConfig"]["PortBindings"] == {}


@pytest.mark.parametrize(
    ("restart", "policy"),
    [
        ("no", {"Name": "no"}),
        ("unless-stopped", {"Name": "unless-stopped"}),
        ("on-failure", {"Name": "on-failure"}),
        ("on-failure:4", {"Name": "on-failure", "MaximumRetryCount": 4}),
    ],
)
def test_restart_policy(restart: str, policy: dict[str, Any]) -> None:
    asked = creation(service=replace(WEB, restart=restart))

    assert asked["HostConfig"]["RestartPolicy"] == policy


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": ()},
        {"image": "nginx:1"},
        {"memory_mb": 129},
        {"depends_on": ()},
        {"mounts": WEB.mounts[:1]},
        {"stop_grace": 9.0},
    ],
    ids=str,
)
def test_hash_changes_with_the_service(changes: dict[str, Any]) -> None:
    assert _hash() != _hash(service=replace(WEB, **changes))


def test_hash_changes_with_content_and_mode_of_mounted_files_only() -> None:
    other = PLAN.files[1]
    changed = [
        replace(PLAN, files=(ManagedFile("page", "bye"), other)),
        replace(PLAN, files=(ManagedFile("page", "hello", 0o600), other)),
    ]

    assert len({_hash(), *(_hash(plan=plan) for plan in changed)}) == 3
    assert _hash() == _hash(plan=replace(PLAN, files=(PLAN.files[0], ManagedFile("other", "new"))))


def test_hash_changes_with_the_port_and_stays_with_the_generation() -> None:
    labels = [creation(generation=one)["Labels"]["com.hoster.config-hash"] for one in (1, 2)]

    assert labels[0] == labels[1]
    assert _hash() != _hash(host_ports={(8080, "tcp"): 30002})


def test_service_for_whose_completion_others_wait_is_marked_and_another_container() -> None:
    waiting = Service(
        "later", "x", depends_on=(Dependency("web", "service_completed_successfully"),)
    )
    awaited = replace(PLAN, services=(WEB, waiting))

    assert creation(awaited)["Labels"]["com.hoster.completes"] == "true"
    assert "com.hoster.completes" not in creation()["Labels"]
    assert _hash(plan=awaited) != _hash()


def test_values_of_the_environment_are_not_told() -> None:
    service = replace(WEB, environment=(("PASSWORD", "s3cret!"), ("MODE", "on")))

    told = containers.without_values(service, 'on start: exec: "s3cret!": not found')

    assert told == 'on start: exec: "***": not found'


def test_inspection_is_read() -> None:
    state = containers.state("d1", _inspection())

    assert state.id == "c0ffee"
    assert (state.service, state.image, state.generation) == ("web", "nginx:alpine", 3)
    assert (state.status, state.health, state.restarts) == ("exited", "unhealthy", 2)
    assert (state.exit_code, state.out_of_memory) == (137, True)
    assert state.started_at == "2026-11-24T16:00:00.123456Z"
    assert state.ports == ((80, 30001, "tcp"),)
    assert (state.config_hash, state.last_probe) == ("abc", "refused")
    assert not state.completes


def test_probes_output_is_kept_whole_for_whoever_masks_it() -> None:
    seen = _inspection()
    seen["State"]["Health"]["Log"] = [{"Output": "x" * 4096}]

    assert containers.state("d1", seen).last_probe == "x" * 4096


def test_container_that_never_ran_and_has_no_labels_is_read() -> None:
    bare = _inspection()
    bare["Config"] = {"Image": "x", "Labels": None}
    bare["State"] = {"Status": "created", "StartedAt": "0001-01-01T00:00:00Z", "ExitCode": 0}
    bare["NetworkSettings"] = {"Ports": None}

    state = containers.state("d1", bare)

    assert (state.service, state.generation, state.config_hash) == ("web", 0, "")
    assert (state.exit_code, state.started_at, state.health) == (None, None, "none")
    assert state.ports == ()


@pytest.mark.parametrize(
    ("needs", "waves"),
    [
        ({}, []),
        ({"a": [""]}, [["a"]]),
        ({"web": ["db", "cache"], "db": [], "cache": ["db"]}, [["web"], ["cache"], ["db"]]),
        ({"b": ["a"], "c": ["a"], "a": []}, [["b", "c"], ["a"]]),
        ({"a": ["b"], "b": ["a"]}, [["a", "b"]]),
        ({"a": ["a"], "b": []}, [["b"], ["a"]]),
        ({"web": ["gone"]}, [["web"]]),
    ],
    ids=["none", "one", "chain", "siblings", "circle", "itself", "absent"],
)
def test_dependants_stop_first(needs: dict[str, list[str]], waves: list[list[str]]) -> None:
    assert containers.stop_waves(needs) == waves


def _hash(plan: Plan = PLAN, service: Service = WEB, host_ports: HostPorts = AT) -> str:
    return containers.config_hash("d1", plan, service, host_ports=host_ports)


def _inspection() -> dict[str, Any]:
    return {
        "Id": "c0ffee",
        "Name": "/hoster_d1_web",
        "RestartCount": 2,
        "HostConfig": {"NanoCpus": 500_000_000},
        "Config": {
            "Image": "nginx:alpine",
            "Labels": {
                "com.hoster.service": "web",
                "com.hoster.generation": "3",
                "com.hoster.config-hash": "abc",
            },
        },
        "State": {
            "Status": "exited",
            "ExitCode": 137,
            "OOMKilled": True,
            "StartedAt": "2026-11-24T16:00:00.123456789Z",
            "Health": {"Status": "unhealthy", "Log": [{"Output": "ok"}, {"Output": "refused"}]},
        },
        "NetworkSettings": {
            "Ports": {
                "80/tcp": [
                    {"HostIp": "0.0.0.0", "HostPort": "30001"},
                    {"HostIp": "::", "HostPort": "30001"},
                ],
                "53/udp": None,
            }
        },
    }
