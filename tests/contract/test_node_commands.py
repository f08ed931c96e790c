"""The contract of `chalicelib.ports.nodes`: commands, files, jobs and the clock of a server."""

from __future__ import annotations

import uuid

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import DiskFull, HostUnreachable, NotReady
from chalicelib.ports.nodes import Node
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]


def test_command_tells_status_and_both_outputs(node: Node) -> None:
    result = node.run("cat; echo bad >&2; exit 3", stdin="given")

    assert (result.status, result.stdout, result.stderr) == (3, "given", "bad\n")


def test_long_output_is_cut_to_its_end(node: Node) -> None:
    result = node.run("seq 1 200000; seq 1 200000 >&2; echo end")

    assert result.stdout.endswith("200000\nend\n")
    assert (len(result.stdout), len(result.stderr)) == (16384, 16384)


def test_command_past_its_limit_is_ended_on_the_server(node: Node) -> None:
    with pytest.raises(NotReady, match="within 1 s"):
        node.run("sleep 4242", timeout=1)

    assert node.run("pgrep -f '^sleep 4242'").status == 1


def test_input_of_megabytes_arrives(node: Node) -> None:
    assert node.run("sleep 0.2; wc -c", stdin="x" * 5_000_000).stdout == "5000000\n"


def test_file_is_written_whole_with_its_mode(node: Node) -> None:
    for content in ("first", "ünd 'quoted' $(x)\n"):
        node.write_file("/srv/a dir/it's", content, mode=0o640)

    assert node.run("cat '/srv/a dir/'*").stdout == "ünd 'quoted' $(x)\n"
    assert node.run("stat -c '%a %U' '/srv/a dir/'*").stdout == "640 root\n"


def test_full_disk_is_told_and_leaves_nothing(node: Node) -> None:
    node.run("mkdir -p /small; mount -t tmpfs -o size=64k none /small")

    with pytest.raises(DiskFull, match="no disk space"):
        node.write_file("/small/file", "x" * 200_000)

    assert node.run("ls -A /small").stdout == ""


def test_job_runs_once_and_tells_its_end(node: Node) -> None:
    name = f"job-{uuid.uuid4().hex}"
    before = node.job_state(name)
    node.start_job(name, "echo began; until [ -e /tmp/go ]; do sleep 0.1; done; echo out; exit 4")
    node.start_job(name, "echo second")
    during = node.job_state(name)

    node.run("touch /tmp/go")
    after = until(lambda: (s := node.job_state(name)).state != "running" and s)
    node.start_job(name, "echo third")

    assert (before.state, during.state) == ("absent", "running")
    assert (after.state, after.status, after.tail) == ("failed", 4, "began\nout\n")
    assert node.job_state(name) == after


def test_job_outlives_sshd(server: Droplet) -> None:
    name = f"job-{uuid.uuid4().hex}"
    with connect(server.login) as opened:
        opened.start_job(name, "until [ -e /tmp/later ]; do sleep 0.1; done; echo lived")
        server.kill_sshd()
        with pytest.raises(HostUnreachable):
            opened.run("true")

    until(server.answers)
    with connect(server.login) as opened:
        assert opened.job_state(name).state == "running"
        opened.run("touch /tmp/later")
        assert until(lambda: opened.job_state(name).state == "done")


def test_killed_job_has_failed_and_can_start_again(node: Node) -> None:
    name = f"job-{uuid.uuid4().hex}"
    node.start_job(name, "echo $$; exec sleep 300")
    until(lambda: node.job_state(name).tail)

    node.run(f"kill -9 -$(cat /var/lib/hoster/jobs/{name}/pid)")
    killed = node.job_state(name)
    node.start_job(name, "echo again")

    assert (killed.state, killed.status) == ("failed", None)
    assert until(lambda: node.job_state(name).state == "done")


def test_machines_clock_is_told(server: Droplet, node: Node) -> None:
    before, told, after = (
        server.shell("date +%s"),
        clock.moment_of(node.engine.now()).timestamp(),
        server.shell("date +%s"),
    )

    assert int(before) <= told <= int(after) + 1
