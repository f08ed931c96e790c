"""The contract of `chalicelib.ports.nodes`: host keys, and users who are root, or may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.errors import (
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
)
from chalicelib.domain.refused_pulls import cause_of
from chalicelib.ports.nodes import CommandResult
from tests.contract.apps_on_nodes import pull_of, up
from tests.contract.droplet import Droplet, connect, key_pair, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]


def test_first_connection_pins_the_key_that_the_server_has(server: Droplet) -> None:
    with connect(replace(server.login, host_key=None)) as opened:
        met = opened.host_key

    own = server.shell("cat /etc/ssh/ssh_host_ed25519_key.pub")
    assert met == " ".join(own.split()[:2])


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_pinned_key_of_any_kind_is_the_one_that_is_asked_for(server: Droplet, kind: str) -> None:
    pinned = server.shell(f"cat /etc/ssh/ssh_host_{kind}_key.pub")

    with connect(replace(server.login, host_key=pinned)) as opened:
        assert opened.host_key == " ".join(pinned.split()[:2])


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_another_host_key_is_refused_and_told_by_its_fingerprint(
    server: Droplet, kind: str
) -> None:
    """Of the kind that was pinned, or of another one where the server has no such key any more."""
    other = key_pair()[1]
    told = server.shell(f"ssh-keygen -lf /etc/ssh/ssh_host_{kind}_key.pub").split()[1]
    if kind != "ed25519":
        server.shell("sed -i '1i HostKey /etc/ssh/ssh_host_ecdsa_key' /etc/ssh/sshd_config")
        server.kill_sshd()
        until(replace(server, login=replace(server.login, host_key=None)).answers)
    try:
        with (
            pytest.raises(HostKeyChanged, match="another host key") as refused,
            connect(replace(server.login, host_key=other)),
        ):
            pass
    finally:
        if kind != "ed25519":
            server.shell("sed -i 1d /etc/ssh/sshd_config")
            server.kill_sshd()
            until(server.answers)

    assert refused.value.offered == told
    assert told in refused.value.detail


def test_unknown_key_is_refused(server: Droplet) -> None:
    with (
        pytest.raises(LoginRefused, match="authorized_keys"),
        connect(replace(server.login, private_key=key_pair()[0])),
    ):
        pass


def test_nobody_listening_is_unreachable(server: Droplet) -> None:
    with (
        pytest.raises(HostUnreachable, match="port 2222"),
        connect(replace(server.login, port=2222)),
    ):
        pass


@pytest.fixture(scope="module")
def sudoer(server: Droplet) -> str:
    server.shell(
        "useradd -m -s /bin/sh helper; mkdir -p /home/helper/.ssh;"
        "cp /root/.ssh/authorized_keys /home/helper/.ssh/; sed -i 's/^.*ssh-/ssh-/'"
        " /home/helper/.ssh/authorized_keys; chown -R helper /home/helper/.ssh;"
        "echo 'helper ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/helper"
    )
    return "helper"


def test_sudo_user_does_everything_as_root(server: Droplet, sudoer: str, app: str) -> None:
    with connect(replace(server.login, user=sudoer)) as opened:
        assert opened.run("id -un").stdout == "root\n"
        opened.write_file("/etc/written", "as root")
        assert opened.facts().docker_version
        opened.start_job(f"sudo-{app}", "id -un")
        assert until(lambda: opened.job_state(f"sudo-{app}").tail) == "root\n"
        assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
        opened.engine.remove_everything(app)
        assert opened.engine.remains(app) == ()


@pytest.fixture(scope="module")
def docker_user(server: Droplet, sudoer: str) -> str:
    """A user in the group docker who may not use sudo."""
    server.shell(
        "groupadd -f docker; chgrp docker /var/run/docker.sock; chmod g+rw /var/run/docker.sock;"
        f"useradd -m -s /bin/sh -G docker porter; cp -r /home/{sudoer}/.ssh /home/porter/.ssh;"
        "chown -R porter /home/porter/.ssh"
    )
    return "porter"


def test_user_of_the_group_docker_does_everything_as_root(
    server: Droplet, docker_user: str, app: str
) -> None:
    with connect(replace(server.login, user=docker_user)) as opened:
        assert opened.run("id -un; exit 3").stdout == "root\n"
        assert opened.run("cat; exit 3", stdin="given") == CommandResult(3, "given", "")
        opened.write_file("/etc/written-by-porter", "as root")
        assert server.shell("stat -c %U /etc/written-by-porter") == "root"
        version = server.shell("docker version --format '{{.Server.Version}}'")
        assert opened.facts().docker_version == version
        assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
        seen = opened.insight.containers()[app]
        assert {one.id for one in seen} == {*opened.insight.usage(seen)}
        assert opened.insight.disk(every=0).used_percent > 0
        opened.engine.remove_everything(app)
        assert opened.engine.remains(app) == ()


def test_job_of_a_user_of_the_group_docker_outlives_what_started_it(
    server: Droplet, docker_user: str, app: str
) -> None:
    gate, job = f"/tmp/gate-{app}", f"docker-{app}"
    server.shell(f"mkfifo {gate}")
    with connect(replace(server.login, user=docker_user)) as opened:
        opened.start_job(job, f"cat {gate}; id -un")
        assert opened.job_state(job).state == "running"
    # What it was started in is gone by now.
    until(lambda: server.shell("docker ps -q --filter ancestor=hoster-root:1") == "")
    server.shell(f"echo opened >{gate}")
    with connect(replace(server.login, user=docker_user)) as opened:
        assert until(lambda: opened.job_state(job).tail) == "opened\nroot\n"


def test_docker_away_is_told_to_a_user_of_the_group_docker(
    server: Droplet, docker_user: str
) -> None:
    server.shell("mv /var/run/docker.sock /var/run/docker.away")
    try:
        with connect(replace(server.login, user=docker_user)) as opened:
            with pytest.raises(DockerUnavailable):
                opened.facts()
            with pytest.raises(DockerUnavailable):
                opened.insight.containers()
    finally:
        server.shell("mv /var/run/docker.away /var/run/docker.sock")


def test_user_without_sudo_is_told(server: Droplet, sudoer: str) -> None:
    server.shell("mv /etc/sudoers.d/helper /root/helper")
    try:
        with (
            connect(replace(server.login, user=sudoer)) as opened,
            pytest.raises(LoginRefused, match="sudo"),
        ):
            opened.run("true")
    finally:
        server.shell("mv /root/helper /etc/sudoers.d/helper")


def test_docker_away_is_not_a_server_away(server: Droplet, sudoer: str) -> None:
    server.shell("mv /var/run/docker.sock /var/run/docker.away")
    try:
        for user in ("root", sudoer):
            with (
                connect(replace(server.login, user=user)) as opened,
                pytest.raises(DockerUnavailable),
            ):
                opened.engine.containers("any")
    finally:
        server.shell("mv /var/run/docker.away /var/run/docker.sock")


def test_engine_is_asked_on_the_socket_that_the_login_names(
    server: Droplet, sudoer: str, app: str
) -> None:
    image = server.registry_image("absent:2")
    server.shell("mv /var/run/docker.sock /var/run/elsewhere.sock")
    try:
        for user in ("root", sudoer):
            login = replace(server.login, user=user, docker_socket="/var/run/elsewhere.sock")
            with connect(login) as opened:
                assert opened.facts().docker_version
                assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
                opened.engine.start_pulls([image])
                until(lambda: pull_of(opened, image).state == "failed")
                assert cause_of(pull_of(opened, image).message) == "not_found"
                opened.engine.remove_everything(app)
        with connect(server.login) as opened:
            assert opened.facts().docker_version is None
    finally:
        server.shell("mv /var/run/elsewhere.sock /var/run/docker.sock")
