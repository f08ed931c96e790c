"""Changes to the maps of a HAProxy that runs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.proxy.balancer import LINE_BYTES, MANY, Balancer, Silent
from infra.proxy.config import check_config, haproxy, write_config
from infra.proxy.routes import Routes
from infra.proxy.settings import Files, Settings, Unusable
from tests.ports import free_port
from tests.proxy.rig import until


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(Files(tmp_path / "a state"), "127.0.0.1", free_port(), free_port(), free_port())
    write_config(made)
    return made


@pytest.fixture
def balancer(settings: Settings) -> Iterator[Balancer]:
    files = settings.files
    process = subprocess.Popen(
        [haproxy(), "-db", "-f", files.config.name],
        cwd=files.state,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(files.socket.exists)
        yield Balancer(files.socket)
    finally:
        process.kill()
        process.wait()


def routes(count: int, state: str = "stopped") -> Routes:
    return {f"app-{number}.apps.test": f"{state}/-/0/dep-{number}" for number in range(count)}


def test_a_few_changes_are_made_one_by_one(settings: Settings, balancer: Balancer) -> None:
    file, have = settings.files.routes, routes(3)
    balancer.update(file, {}, have)
    want = {**routes(2, "failed"), "other.test": "starting/-/0/x"}

    balancer.update(file, have, want)

    assert balancer.read(file) == want


def test_many_changes_write_the_map_anew(settings: Settings, balancer: Balancer) -> None:
    file, have, want = settings.files.routes, routes(MANY * 10), routes(MANY * 9, "failed")
    assert sum(map(len, have.values())) > LINE_BYTES
    balancer.update(file, {}, have)

    balancer.update(file, have, want)
    assert balancer.read(file) == want
    balancer.update(file, want, want | routes(1))

    assert balancer.read(file) == want | routes(1)


def test_a_refused_change_is_told(settings: Settings, balancer: Balancer) -> None:
    with pytest.raises(Silent, match="refuses a change"):
        balancer.update(settings.files.routes, routes(1), routes(1, "failed"))


def test_a_haproxy_that_is_away_is_silent(settings: Settings) -> None:
    with pytest.raises(Silent, match="does not answer"):
        Balancer(settings.files.socket).read(settings.files.routes)


def test_haproxy_accepts_its_configuration_and_says_what_it_refuses(settings: Settings) -> None:
    check_config(settings)
    settings.files.config.write_text("frontend broken\n  nonsense here\n")

    with pytest.raises(Unusable, match="nonsense"):
        check_config(settings)
