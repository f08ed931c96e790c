"""The contract of `chalicelib.ports.inside`, held against containers on a droplet."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import cast
from unittest import mock

import pytest

from chalicelib.adapters.nodes import http
from chalicelib.adapters.nodes.ssh import SSHNode
from chalicelib.domain import logs, nanoseconds
from chalicelib.domain.errors import ContainerExited, DockerUnavailable
from chalicelib.domain.logs import Line, Page
from chalicelib.domain.plan import Plan, Service
from chalicelib.ports.inside import Source
from chalicelib.ports.nodes import Node
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]
WEB = Service("web", BASE, command=("sleep", "600"), stop_grace=0.5)


def up(node: Node, app: str, script: str, *, generation: int = 1, **changes: object) -> Source:
    """Have one service run a script of the shell."""
    service = replace(WEB, command=("sh", "-c", script), **changes)  # type: ignore[arg-type]
    node.engine.ensure_network(app)
    node.engine.ensure_service(
        app, Plan(services=(service,)), service, generation=generation, host_ports={}
    )
    return source(node, app)


def source(node: Node, app: str) -> Source:
    [found] = node.inside.sources(app)
    return found


def ended(node: Node, app: str) -> Source:
    return until(lambda: (one := source(node, app)) and not one.is_running and one)


def read(node: Node, one: Source, **how: object) -> list[Line]:
    return list(node.inside.lines(one, **how))  # type: ignore[arg-type]


def texts(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.stream, line.text) for line in lines]


def test_streams_times_and_bytes_are_read_as_they_were_written(node: Node, app: str) -> None:
    up(node, app, "echo one; sleep 0.1; echo two >&2; sleep 0.1; printf 'h\\303\\274 \\377'")

    found = read(node, ended(node, app))

    assert texts(found) == [("stdout", "one"), ("stderr", "two"), ("stdout", "h\u00fc \ufffd")]
    assert [line.at for line in found] == sorted(line.at for line in found)
    assert len({len(line.at) for line in found}) == 1


def test_lines_are_chosen_by_tail_time_and_stream(node: Node, app: str) -> None:
    up(node, app, "for n in 1 2 3 4; do echo $n; echo e$n >&2; sleep 0.05; done")
    one = ended(node, app)
    everything = read(node, one)
    out = [line for line in everything if line.stream == "stdout"]

    assert len(everything) == 8
    assert read(node, one, tail=3) == everything[-3:]
    assert read(node, one, streams=("stdout",)) == out
    assert read(node, one, since=out[2].at)[0] == out[2], "to the nanosecond, and included"
    assert read(node, one, until=out[1].at)[-1].at <= out[1].at


@pytest.mark.parametrize("tty", [False, True])
def test_long_line_is_one_line(node: Node, app: str, tty: bool) -> None:
    script = (
        "head -c 20000 /dev/zero | tr '\\0' x; echo; head -c 99999 /dev/zero | tr '\\0' y; echo"
    )
    up(node, app, script, tty=tty)

    first, second = read(node, ended(node, app))

    assert (first.text, first.dropped) == ("x" * 20000, 0)
    assert set(second.text) == {"y"}
    assert len(second.text) + second.dropped == 99999 + (2 if tty else 1)


def test_terminal_is_one_stream(node: Node, app: str) -> None:
    up(node, app, "echo one; echo two >&2", tty=True)
    one = ended(node, app)

    assert one.has_terminal
    assert texts(read(node, one)) == [("stdout", "one"), ("stdout", "two")]


def test_following_misses_nothing_over_restart_and_replacement(node: Node, app: str) -> None:
    shown: list[str] = []
    page = Page(())

    def follow() -> None:
        nonlocal page
        more = True
        while more:
            one = source(node, app)
            name = one.id[:12]
            needed = logs.earliest_needed(page.places.get(name, {}))
            since = nanoseconds.before(needed, logs.DRIFT_SECONDS) if needed else ""
            read = {name: node.inside.lines(one, since=since)}
            page = logs.following(read, page.places, limit=70)
            shown.extend(line.text for _, line in page.lines)
            more = page.more

    first = up(node, app, counting("a"))
    while source(node, app).is_running:
        follow()
    assert up(node, app, counting("a")).id == first.id, "started again, with the same log"
    ended(node, app)
    follow()
    assert sorted(shown) == sorted(written("a") * 2)

    assert up(node, app, counting("b"), generation=2).id != first.id
    ended(node, app)
    follow()

    assert sorted(shown) == sorted(written("a") * 2 + written("b"))


def counting(tag: str) -> str:
    """A script that writes 300 lines to each stream, in three goes."""
    once = f"i=0; while [ $i -lt 100 ]; do echo {tag}$i; echo {tag}e$i >&2; i=$((i+1)); done"
    return "; sleep 0.3; ".join([once] * 3)


def written(tag: str) -> list[str]:
    """What that writes."""
    return [f"{tag}{kind}{number}" for kind in ("", "e") for number in range(100)] * 3


def test_lines_of_a_container_that_is_gone_are_none(node: Node, app: str) -> None:
    one = up(node, app, "echo one; sleep 600")
    node.engine.remove_containers(app)

    assert read(node, one) == []
    assert node.inside.sources(app) == ()


def test_docker_that_is_down_is_told(server: Droplet, node: Node, app: str) -> None:
    one = up(node, app, "echo one; sleep 600")
    server.shell("kill -STOP $(cat /var/run/docker.pid)")
    try:
        with (
            mock.patch.object(http, "ANSWER_SECONDS", 0.5),
            pytest.raises(DockerUnavailable, match="systemctl"),
        ):
            read(node, one)
    finally:
        server.shell("kill -CONT $(cat /var/run/docker.pid)")


def test_command_runs_to_its_end(node: Node, app: str) -> None:
    one = up(node, app, "sleep 600", environment=(("GREETING", "hello"),))

    done = node.inside.execute(
        one, ("sh", "-c", 'echo "$GREETING"; echo no >&2; exit 3'), seconds=10
    )

    assert (done.exit_code, done.stdout, done.stderr) == (3, "hello\n", "no\n")
    assert not done.is_truncated


def test_words_of_a_command_reach_it_as_they_are(node: Node, app: str) -> None:
    one = up(node, app, "sleep 600")

    done = node.inside.execute(one, ("echo", "-n", "$(id); 'x' \"y\" *"), seconds=10)

    assert done.stdout == "$(id); 'x' \"y\" *"


def test_output_is_kept_in_part(node: Node, app: str) -> None:
    one = up(node, app, "sleep 600")

    done = node.inside.execute(
        one, ("sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x"), seconds=20
    )

    assert (done.exit_code, done.stdout, done.is_truncated) == (0, "x" * 65_536, True)


def test_command_that_goes_on_is_killed_with_its_children(
    server: Droplet, node: Node, app: str
) -> None:
    one = up(node, app, "sleep 600")
    begun = time.monotonic()

    done = node.inside.execute(
        one, ("sh", "-c", "echo begun; sleep 571 & sleep 572; echo never"), seconds=1
    )

    assert (done.exit_code, done.stdout) == (None, "begun\n")
    assert time.monotonic() - begun < 60  # its children would go on for 571
    assert not processes(server) & {"sleep 571", "sleep 572"}
    assert source(node, app).is_running, "the app itself goes on"


def test_command_ends_in_time_also_when_whoever_asked_is_gone(
    server: Droplet, node: Node, app: str
) -> None:
    one = up(node, app, "sleep 600")
    asking = threading.Thread(
        target=lambda: node.inside.execute(one, ("sleep", "573"), seconds=2), daemon=True
    )
    with mock.patch("threading.excepthook"):
        asking.start()
        until(lambda: {"sleep 2", "sleep 573"} <= processes(server))  # The guard stands.

        cast("SSHNode", node).close()
        asking.join()

    until(lambda: "sleep 573" not in processes(server), seconds=10)


def processes(server: Droplet) -> set[str]:
    """The command line of everything that runs on the server."""
    said = server.shell(
        "for one in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$one 2>/dev/null; echo; done; true"
    )
    return {line.strip() for line in said.splitlines()}


def test_command_that_is_not_there_says_so(node: Node, app: str) -> None:
    one = up(node, app, "sleep 600")

    done = node.inside.execute(one, ("no-such-program",), seconds=5)

    assert done.exit_code in {126, 127}
    assert "no-such-program" in done.stdout + done.stderr


def test_no_command_runs_in_a_container_that_does_not(node: Node, app: str) -> None:
    up(node, app, "true")
    one = ended(node, app)

    with pytest.raises(ContainerExited, match="web"):
        node.inside.execute(one, ("true",), seconds=5)
    node.engine.remove_containers(app)
    with pytest.raises(ContainerExited):
        node.inside.execute(one, ("true",), seconds=5)
