"""The contract of `chalicelib.ports.volumes`, and of two containers side by side, on a droplet."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.domain import names_on_node as names
from chalicelib.domain.errors import ImageUnavailable
from chalicelib.domain.plan import (
    OWN_NETWORK,
    Attachment,
    ManagedFile,
    Mount,
    Network,
    Plan,
    Port,
    Route,
    Service,
)
from chalicelib.ports.nodes import ContainerState, JobState, Node
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

GENERATION = 7
WEB = Service(
    "web",
    BASE,
    command=("busybox", "httpd", "-f", "-p", "80", "-h", "/www"),
    ports=(Port(80),),
    mounts=(Mount("file", "page", "/www/index.html"),),
    stop_grace=1.0,
)


@pytest.fixture
def app(server: Droplet) -> Iterator[str]:
    """A deployment's id; whatever the test left of it is removed."""
    name = str(uuid.uuid4())
    yield name
    with connect(server.login) as opened:
        opened.engine.remove_everything(name)
        assert opened.engine.remains(name) == ()
        assert opened.run(f"ls /var/lib/hoster/snapshots | grep {name}").status == 1


def folder(app: str, volume: str = "data") -> str:
    return f"/var/lib/docker/volumes/{names.volume_name(app, volume)}/_data"


def kept(app: str, volume: str = "data") -> str:
    return f"/var/lib/docker/volumes/{names.snapshot_name(app, volume, GENERATION)}/_data"


def filled(node: Node, app: str, *volumes: str) -> None:
    """Volumes with everything that a copy can lose: owners, modes, links, holes, odd names."""
    node.engine.ensure_volumes(app, Plan((), volumes=volumes))
    for volume in volumes:
        script = (
            f"cd {folder(app, volume)}; chown 70:71 .; chmod 700 .;"
            f"mkdir -p 'a dir/.hidden'; echo {volume}-row >'a dir/row'; chmod 640 'a dir/row';"
            "ln -s row 'a dir/soft'; ln 'a dir/row' 'a dir/hard'; touch -d 2001-02-03 old;"
            "truncate -s 30M hole; chown -R 70:71 'a dir'"
        )
        assert node.run(script).status == 0


def print_of(node: Node, path: str) -> str:
    """Everything that is there, with owners, modes, times and contents."""
    told = node.run(
        f"cd {path} && find . -printf '%P %m %U %G %y %n %l %Ts\\n' | sort"
        " && find . -type f -exec sha256sum {} + | sort"
    )
    assert told.status == 0, told.stderr
    return told.stdout


def done(node: Node, app: str, what: str = "snapshot") -> JobState:
    ask = getattr(node.volumes, f"{what}_state")
    return until(lambda: (s := ask(app, generation=GENERATION)).state != "running" and s)


def taken(node: Node, app: str, *volumes: str) -> JobState:
    node.volumes.start_snapshot(app, volumes, generation=GENERATION)
    return done(node, app)


def put_back(node: Node, app: str, *volumes: str) -> JobState:
    node.volumes.start_restore(app, volumes, generation=GENERATION)
    return done(node, app, "restore")


def test_sizes_and_free_space_are_told_and_a_missing_volume_is_made(node: Node, app: str) -> None:
    filled(node, app, "data")
    node.run(f"dd if=/dev/zero of={folder(app)}/five bs=1M count=5")

    sizes = node.volumes.sizes(app, ("data", "new"))

    assert sizes.held["data"] == 6
    assert sizes.held["new"] == 1
    free = node.run("df -Pm /var/lib/docker/volumes | awk 'NR > 1 { print $4 }'").stdout
    assert abs(sizes.free - int(free)) < 500
    assert node.engine.remains(app) == ("volume data", "volume new")


def test_snapshot_holds_everything_and_puts_it_back(node: Node, app: str) -> None:
    filled(node, app, "data", "more")
    before = [print_of(node, folder(app, volume)) for volume in ("data", "more")]

    assert taken(node, app, "data", "more").state == "done"
    assert [print_of(node, kept(app, volume)) for volume in ("data", "more")] == before
    assert "volume before7_data" in node.engine.remains(app)
    node.run(f"cd {folder(app)}; rm -rf 'a dir'; echo ruined >ruin; chmod 777 .")
    assert put_back(node, app, "data", "more").state == "done"

    assert [print_of(node, folder(app, volume)) for volume in ("data", "more")] == before
    assert node.run(f"ls -A {folder(app)}/..").stdout == "_data\n"
    node.volumes.drop_snapshots(app)
    assert node.engine.remains(app) == ("volume data", "volume more")


def test_repeats_change_nothing(node: Node, app: str) -> None:
    filled(node, app, "data")
    taken(node, app, "data")
    node.run(f"echo later >{folder(app)}/later")

    assert taken(node, app, "data").state == "done"
    assert node.run(f"ls {kept(app)}/later").status != 0
    put_back(node, app, "data")
    node.run(f"echo after >{folder(app)}/after")
    assert put_back(node, app, "data").state == "done"
    assert node.run(f"cat {folder(app)}/after").stdout == "after\n"
    node.volumes.drop_snapshots(app)
    node.volumes.drop_snapshots(app)
    assert node.volumes.snapshot_state(app, generation=GENERATION).state == "absent"


def test_snapshot_that_was_dropped_puts_nothing_back(node: Node, app: str) -> None:
    """A step that was overtaken, its last call late, must not empty what lives on."""
    filled(node, app, "data")
    assert taken(node, app, "data").state == "done"
    node.volumes.drop_snapshots(app)
    before = print_of(node, folder(app))

    node.volumes.start_restore(app, ("data",), generation=GENERATION)

    assert done(node, app, "restore").state == "done"
    assert print_of(node, folder(app)) == before
    assert node.engine.remains(app) == ("volume data",)


def test_later_work_keeps_a_snapshot_of_its_own(node: Node, app: str) -> None:
    filled(node, app, "data")
    taken(node, app, "data")
    node.run(f"echo later >{folder(app)}/later")

    node.volumes.start_snapshot(app, ("data",), generation=GENERATION + 1)
    ask = node.volumes.snapshot_state
    assert until(lambda: ask(app, generation=GENERATION + 1).state == "done")

    later = kept(app).replace("before7", "before8")
    assert node.run(f"cat {later}/later").stdout == "later\n"
    assert node.run(f"ls {kept(app)}/later").status != 0


@pytest.mark.parametrize("at", range(4), ids=["aside", "in", "clear", "done"])
def test_putting_back_goes_on_wherever_it_died(node: Node, app: str, at: int) -> None:
    filled(node, app, "data")
    before = print_of(node, folder(app))
    taken(node, app, "data")
    node.run(f"echo ruined >{folder(app)}/ruin")
    volume, copy = folder(app), kept(app)
    moves = [f"mv -T {volume} {volume}.undone", f"mv -T {copy} {volume}", f"rm -rf {volume}.undone"]
    for move in moves[:at]:
        assert node.run(move).status == 0

    assert put_back(node, app, "data").state == "done"

    assert print_of(node, folder(app)) == before
    assert node.run(f"ls -A {folder(app)}/..").stdout == "_data\n"
    node.volumes.drop_snapshots(app)


def slow(node: Node, app: str) -> None:
    """Make copying take as long as the test wants: `cp` waits for a file."""
    script = (
        "#!/bin/sh\n"
        f'[ "$1" = --help ] || until [ -e /tmp/go-{app} ]; do sleep 0.1; done\n'
        'exec /bin/cp "$@"\n'
    )
    node.write_file("/usr/local/bin/cp", script, mode=0o755)


@pytest.fixture
def slowly(node: Node, app: str) -> Iterator[None]:
    slow(node, app)
    yield
    node.run(f"rm -f /usr/local/bin/cp /tmp/go-{app}")


def test_copy_that_was_killed_has_failed_and_begins_anew(
    node: Node, app: str, slowly: None
) -> None:
    filled(node, app, "data")
    node.volumes.start_snapshot(app, ("data",), generation=GENERATION)
    assert node.volumes.snapshot_state(app, generation=GENERATION).state == "running"
    place = f"/var/lib/hoster/snapshots/{app}.{GENERATION}.take"

    node.run(f"kill -9 -$(cat {place}/pid)")

    killed = done(node, app)
    assert (killed.state, killed.status) == ("failed", None)
    node.run(f"touch /tmp/go-{app}")
    assert taken(node, app, "data").state == "done"
    assert print_of(node, kept(app)) == print_of(node, folder(app))


def test_copy_outlives_sshd_and_docker(server: Droplet, app: str) -> None:
    with connect(server.login) as opened:
        slow(opened, app)
        filled(opened, app, "data")
        opened.volumes.start_snapshot(app, ("data",), generation=GENERATION)
    server.kill_sshd()
    server.shell("kill -9 $(pidof dockerd)")
    until(server.answers)
    with connect(server.login) as opened:
        assert opened.volumes.snapshot_state(app, generation=GENERATION).state == "running"
        opened.run(f"touch /tmp/go-{app}; rm -f /usr/local/bin/cp")
        assert done(opened, app).state == "done"
    until(lambda: engine_is_up(server), seconds=60)
    with connect(server.login) as opened:
        assert print_of(opened, kept(app)) == print_of(opened, folder(app))
        opened.run(f"rm -f /tmp/go-{app}")


def engine_is_up(server: Droplet) -> bool:
    with connect(server.login) as opened:
        return opened.facts().docker_version is not None


def test_removal_ends_a_copy_that_runs(node: Node, app: str, slowly: None) -> None:
    filled(node, app, "data")
    node.volumes.start_snapshot(app, ("data",), generation=GENERATION)
    copying = f"pgrep -f '[c]p -a .*{app}'"
    until(lambda: node.run(copying).status == 0)

    node.engine.remove_everything(app)

    assert node.engine.remains(app) == ()
    assert node.run(copying).status == 1


def test_full_disk_fails_the_copy_and_says_so(node: Node, app: str) -> None:
    filled(node, app, "data")
    node.volumes.start_snapshot(app, ("data",), generation=GENERATION + 1)
    place = kept(app).replace("before7", "before8").removesuffix("/_data")
    until(lambda: node.volumes.snapshot_state(app, generation=GENERATION + 1).state == "done")
    node.run(f"rm -rf {place}/_data; mount -t tmpfs -o size=64k none {place}; mkdir {place}/_data")
    node.run(f"dd if=/dev/zero of={folder(app)}/five bs=1M count=5")
    node.run(f"rm -rf /var/lib/hoster/snapshots/{app}.{GENERATION + 1}.take")
    try:
        node.volumes.start_snapshot(app, ("data",), generation=GENERATION + 1)
        ask = node.volumes.snapshot_state
        ended = until(lambda: (s := ask(app, generation=GENERATION + 1)).state != "running" and s)
    finally:
        node.run(f"umount {place}")

    assert ended.state == "failed"
    assert "No space left on device" in ended.tail


def test_images_tell_where_they_want_volumes(node: Node) -> None:
    node.run(f"printf 'FROM {BASE}\\nVOLUME /b /a\\n' | docker build -t wants-volumes -")

    found = node.volumes.of_images((BASE, "wants-volumes"))

    assert found == {BASE: (), "wants-volumes": ("/a", "/b")}
    with pytest.raises(ImageUnavailable, match="nowhere"):
        node.volumes.of_images(("nowhere:1",))


# Two containers of a service ----------------------------------------------------------------


def plan(text: str) -> Plan:
    return Plan((WEB,), files=(ManagedFile("page", text),), route=Route("web", 80))


def ensured(
    node: Node, app: str, text: str, *, port: int, generation: int, beside: bool
) -> ContainerState:
    node.engine.ensure_network(app)
    node.engine.deliver_files(app, plan(text))
    ports = {(80, "tcp"): port}
    return node.engine.ensure_service(
        app, plan(text), WEB, generation=generation, host_ports=ports, beside=beside
    )


def served(node: Node, port: int) -> str:
    return node.run(f"curl -s --retry 20 --retry-connrefused http://127.0.0.1:{port}/").stdout


def test_new_container_stands_beside_the_old_and_takes_its_name(node: Node, app: str) -> None:
    old = ensured(node, app, "old\n", port=30101, generation=1, beside=False)
    new = ensured(node, app, "new\n", port=30102, generation=2, beside=True)

    assert ensured(node, app, "new\n", port=30102, generation=2, beside=True).id == new.id
    assert (served(node, 30101), served(node, 30102)) == ("old\n", "new\n")
    assert [one.id for one in node.engine.containers(app)] == [old.id, new.id]
    asked = f"docker run --rm --network hoster_{app} {BASE} getent ahostsv4 web | cut -d ' ' -f 1"
    assert len(set(node.run(asked).stdout.split())) == 2

    node.engine.remove(app, [old.id])
    node.engine.take_names(app)
    node.engine.take_names(app)

    assert node.run(f"docker inspect -f '{{{{.Id}}}}' hoster_{app}_web").stdout.strip() == new.id
    assert ensured(node, app, "new\n", port=30102, generation=2, beside=True).id == new.id
    assert ensured(node, app, "new\n", port=30102, generation=3, beside=False).id == new.id
    assert len(set(node.run(asked).stdout.split())) == 1
    node.engine.keep_files(app, plan("new\n"))
    assert node.run(f"ls {names.files_folder(app)} | wc -l").stdout.strip() == "1"
    assert served(node, 30102) == "new\n"


def test_container_without_a_name_reaches_others_and_is_found_once_it_has_one(
    node: Node, app: str
) -> None:
    node.engine.ensure_network(app, (Network("back"),))
    node.engine.deliver_files(app, plan("new\n"))
    both = (Attachment(OWN_NETWORK, ("site",)), Attachment("back", ("inner",)))
    plain = (Attachment(OWN_NETWORK), Attachment("back"))
    web = replace(WEB, networks=both)
    whole = replace(plan("new\n"), services=(web,), networks=(Network("back"),))
    other = replace(
        WEB, name="other", ports=(), mounts=(), command=("sleep", "600"), networks=plain
    )

    def ensured_as(service: Service, *, unnamed: bool) -> ContainerState:
        ports = {(80, "tcp"): 30106} if service is web else {}
        return node.engine.ensure_service(
            app, whole, service, generation=2, host_ports=ports, unnamed=unnamed
        )

    def found(name: str) -> bool:
        return node.run(f"docker exec hoster_{app}_other getent hosts {name}").status == 0

    made = ensured_as(web, unnamed=True)
    ensured_as(other, unnamed=False)
    assert served(node, 30106) == "new\n"
    assert not any(map(found, ("web", "site", "inner")))
    reached = node.run(f"docker exec hoster_{app}_web getent hosts other")
    assert reached.status == 0

    node.engine.name(app, web)
    node.engine.name(app, web)

    assert [name for name in ("web", "site", "inner") if not found(name)] == []
    assert served(node, 30106) == "new\n"
    assert ensured_as(web, unnamed=False) == replace(made, **changed(node, app, made))
    assert ensured_as(web, unnamed=True).id == made.id


def changed(node: Node, app: str, made: ContainerState) -> dict[str, object]:
    """What of a container's state may differ between two looks."""
    [now] = [one for one in node.engine.containers(app) if one.id == made.id]
    return {"ports": now.ports, "started_at": now.started_at}


def test_words_of_the_new_container_are_read_while_both_stand(node: Node, app: str) -> None:
    old = ensured(node, app, "old\n", port=30103, generation=1, beside=False)
    says = replace(WEB, command=("sh", "-c", "echo new words; exec sleep 600"))
    node.engine.ensure_service(
        app,
        replace(plan("old\n"), services=(says,)),
        says,
        generation=2,
        host_ports={},
        beside=True,
    )

    assert until(lambda: node.engine.logs(app, "web", tail=5)) == "new words\n"
    assert old.id in {one.id for one in node.engine.containers(app)}


def test_both_are_removed_with_the_app(node: Node, app: str) -> None:
    ensured(node, app, "old\n", port=30104, generation=1, beside=False)
    ensured(node, app, "new\n", port=30105, generation=2, beside=True)

    assert node.engine.remains(app)[:2] == ("container next_web", "container web")
    node.engine.stop(app)
    assert {one.status for one in node.engine.containers(app)} == {"exited"}
