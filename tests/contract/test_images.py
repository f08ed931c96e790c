"""The images of the local registry, pulled by a droplet under their public names and used."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from chalicelib.domain.first_boot import user_data
from chalicelib.ports.nodes import Login
from infra.local import nodes, registry
from infra.local.registry import server as process
from tests.contract.droplet import Droplet, connect, key_pair, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

ADDRESS = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
VERSION = "org.opencontainers.image.version"


@dataclass(frozen=True)
class Host:
    """A droplet that has the local registry as its mirror, and what a test starts on it."""

    droplet: Droplet
    network: str

    def start(self, name: str, image: str, *options: str, **environment: str) -> None:
        """Start a container that others of its network find by name."""
        settings = [part for key, value in environment.items() for part in ("-e", f"{key}={value}")]
        words = ["docker", "run", "-d", "--name", name, "--network", self.network]
        self.droplet.shell(shlex.join([*words, *settings, *options, image]))

    def run(self, name: str, *command: str) -> str:
        """Run a command in a container; empty when it fails, as what is awaited may."""
        return self.droplet.shell(shlex.join(["docker", "exec", name, *command]) + " 2>&1 || true")

    def fetch(self, name: str, path: str, *options: str) -> str:
        """Fetch a page of a container from the droplet; empty when there is none."""
        address = self.droplet.shell(f"docker inspect -f '{ADDRESS}' {name}")
        words = ["curl", "-s", "--max-time", "10", *options, f"http://{address}{path}"]
        return self.droplet.shell(shlex.join(words) + " || true")


@pytest.fixture(scope="module")
def mirrored() -> Iterator[Droplet]:
    """A server of this file's own, which has the local registry as its mirror."""
    mirror = registry.ensure_registry()
    private, public = key_pair()
    host_private, host_public = key_pair()
    first_boot = user_data(
        host_private=host_private, host_public=host_public, authorised=public, mirror=mirror
    )
    name = f"test-{uuid.uuid4().hex[:8]}"
    nodes.ensure_image()
    nodes.create(name, hostname=name, user_data=first_boot, keys=[public])
    try:
        address = until(lambda: (one := nodes.find(name)) and one.address)
        login = Login(address or "", 22, "root", private, host_public)
        until(lambda: _engine_is_up(login))
        yield Droplet(name, login)
    finally:
        nodes.remove(name)


@pytest.fixture
def host(mirrored: Droplet) -> Iterator[Host]:
    """A network of its own; every container on the droplet is gone afterwards."""
    made = Host(mirrored, f"test-{uuid.uuid4().hex[:8]}")
    mirrored.shell(f"docker network create {made.network}")
    yield made
    mirrored.shell(
        f"docker ps -aq | xargs -r docker rm -f -v; docker network rm {made.network};"
        " docker volume ls -q | xargs -r docker volume rm"
    )


def _engine_is_up(login: Login) -> bool:
    with connect(login) as node:
        return node.facts().docker_version is not None


def test_nginx_serves_its_page(host: Host) -> None:
    host.start("web", "nginx:alpine")

    assert "Welcome to nginx!" in until(lambda: host.fetch("web", "/"))


def test_whoami_answers_with_the_request(host: Host) -> None:
    host.start("web", "traefik/whoami", WHOAMI_NAME="first")

    told = until(lambda: host.fetch("web", "/path?a=1", "-H", "X-Asked: yes")).splitlines()

    assert told[0] == "Name: first"
    assert told[1].startswith("Hostname: ")
    assert {"IP: 127.0.0.1", "GET /path?a=1 HTTP/1.1", "X-Asked: yes"} <= set(told)


def test_redis_answers(host: Host) -> None:
    host.start("cache", "redis:7-alpine")

    assert until(lambda: host.run("cache", "redis-cli", "-h", "cache", "ping") == "PONG")


def test_postgres_lets_in_who_has_the_password(host: Host) -> None:
    host.start(
        "db", "postgres:16-alpine", POSTGRES_PASSWORD="it's", POSTGRES_USER="ann", POSTGRES_DB="one"
    )
    ask = ("psql", "-tA", "-c", "select current_user, current_database()")
    right, wrong = (f"postgresql://ann:{word}@db/one" for word in ("it%27s", "its"))

    assert until(lambda: host.run("db", *ask, right) == "ann|one")
    assert "authentication failed" in host.run("db", *ask, wrong)


def test_mariadb_has_the_database_and_its_user(host: Host) -> None:
    host.start(
        "db",
        "mariadb:11",
        MARIADB_RANDOM_ROOT_PASSWORD="1",
        MARIADB_DATABASE="one_a",
        MYSQL_USER="ann",
        MYSQL_PASSWORD="it's \\ so",
    )
    ask = ("mariadb", "-h", "db", "-u", "ann", "-N", "-e", "show databases")

    until(lambda: host.run("db", *ask, "-pit's \\ so").split() == ["information_schema", "one_a"])
    assert "Access denied" in host.run("db", *ask, "-pother")


def test_wordpress_finds_its_database_by_name(host: Host) -> None:
    access = {"DATABASE": "wordpress", "USER": "wordpress", "PASSWORD": "secret"}
    root = {"MARIADB_RANDOM_ROOT_PASSWORD": "1"}
    host.start("db", "mariadb:11", **root, **{f"MARIADB_{k}": v for k, v in access.items()})
    host.start("web", "wordpress:6-apache", **_wordpress("db", "secret"))
    status = ("-o", "/dev/null", "-w", "%{http_code} %{redirect_url}")

    until(lambda: host.fetch("web", "/", *status).startswith("302"), seconds=60)
    assert host.fetch("web", "/", *status).endswith("/wp-admin/install.php")
    assert host.fetch("web", "/wp-admin/install.php", *status).strip() == "200"
    assert "WordPress" in host.fetch("web", "/wp-admin/install.php")


def _wordpress(database: str, password: str) -> dict[str, str]:
    settings = {"HOST": database, "USER": "wordpress", "NAME": "wordpress", "PASSWORD": password}
    return {f"WORDPRESS_DB_{key}": value for key, value in settings.items()}


@pytest.mark.parametrize(
    ("image", "ask"),
    [
        ("nginx:alpine", ["nginx", "-v"]),
        ("redis:7-alpine", ["redis-server", "--version"]),
        ("postgres:16-alpine", ["postgres", "--version"]),
        ("mariadb:11", ["mariadbd", "--version"]),
        (
            "wordpress:6-apache",
            ["grep", "wp_version =", "/usr/src/wordpress/wp-includes/version.php"],
        ),
    ],
)
def test_label_tells_the_real_version(mirrored: Droplet, image: str, ask: list[str]) -> None:
    program, *arguments = ask
    words = ["docker", "run", "--rm", "--entrypoint", program, image, *arguments]
    told = mirrored.shell(shlex.join(words) + " 2>&1")

    label = mirrored.shell(
        f"docker image inspect -f '{{{{index .Config.Labels \"{VERSION}\"}}}}' {image}"
    )
    assert re.search(rf"\b{re.escape(label)}\b", told)


# The registry's own process -----------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A registry of the test's own, apart from the one that runs on this machine."""
    monkeypatch.setattr(process, "FOLDER", tmp_path)
    monkeypatch.setattr(process, "CONFIG", tmp_path / "config.json")
    monkeypatch.setattr(process, "PID_FILE", tmp_path / "registry.pid")
    monkeypatch.setattr(process, "PORT_FILE", tmp_path / "port")
    monkeypatch.setattr(process, "log_file", lambda name: tmp_path / f"{name}.log")
    yield tmp_path
    process.stop_server()


def test_running_registry_is_kept_and_its_port_remembered(folder: Path) -> None:
    first = process.ensure_server("127.0.0.1")
    pid = process.PID_FILE.read_text()

    assert process.ensure_server("127.0.0.1") == first
    assert process.PID_FILE.read_text() == pid
    assert process.stop_server()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{first}/v2/", trust_env=False)
    assert process.ensure_server("127.0.0.1") == first


def test_taken_port_is_left_to_who_has_it(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        process.PORT_FILE.write_text(str(taken))

        url = process.ensure_server("127.0.0.1")

    assert httpx.URL(url).port not in {None, taken}


def test_process_of_somebody_else_is_never_signalled(folder: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        process.PID_FILE.write_text(str(other.pid))

        assert not process.stop_server()

        assert other.poll() is None
        other.kill()
