"""A real PostgreSQL dumped while rows are written, and loaded into an empty one, on a server."""

from __future__ import annotations

import functools
import secrets
import shlex
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import docker
import pytest

from chalicelib.domain.archives import DUMP_OPENED_BY
from chalicelib.domain.plan import Dump, HealthCheck, Mount, Plan, Service
from chalicelib.domain.template_check import check_version
from chalicelib.ports.nodes import Node
from chalicelib.ports.volume_archives import Command, CopyState, Incoming, Loading, Sent
from infra.local import engine
from infra.local.registry.images import IMAGES
from infra.seed.folder import read_all
from tests.contract.droplet import Droplet, connect, loaded, until
from tests.contract.test_volume_archives import BUCKET, GENERATION, UPLOADS, Store, outgoing, store
from tests.contract.test_volumes import folder

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

__all__ = ["store"]

[POSTGRES] = [one for one in IMAGES if one.folder == "postgres"]
PASSWORD = "a-password-of-the-database"
DB = Service(
    "db",
    POSTGRES.name,
    environment=(("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", PASSWORD)),
    mounts=(Mount("volume", "data", "/var/lib/postgresql/data"),),
    health_check=HealthCheck(("CMD", "pg_isready", "-h", "127.0.0.1", "-U", "app"), interval=1),
    stop_grace=5.0,
)
PLAN = Plan((DB,), volumes=("data",))
DUMP = Dump(
    "db",
    'pg_dump -U "$POSTGRES_USER" -Fc app',
    'pg_restore --clean --if-exists --no-owner -U "$POSTGRES_USER" -d app',
    ("data",),
)
NAME = "dump:db"
WRITER = (
    "while :; do psql -q -U app -c 'begin; insert into pairs select 1 + count(*) from pairs;"
    " insert into others select max(id) from pairs; commit'; done"
)
"""Two tables that are alike at every moment, and at none in between."""


@pytest.fixture(scope="module", autouse=True)
def image(server: Droplet) -> None:
    client = docker.from_env()
    for one in IMAGES:
        if one.folder in {"postgres", "mariadb"}:
            engine.ensure_image(client, one.above / one.folder, one.name, base=one.base)
            loaded(server, one.name)


@dataclass(frozen=True)
class Place:
    """An app on a server, the bucket, and what its archives are encrypted under."""

    node: Node
    store: Store
    app: str
    passphrase: str


@pytest.fixture
def bare(node: Node, server: Droplet, store: Store) -> Iterator[Place]:
    """An app of which nothing is there yet, and nothing is left on the server."""
    place = Place(node, store, str(uuid.uuid4()), secrets.token_hex(32))
    yield place
    removed(server, place.app)


@pytest.fixture
def here(bare: Place) -> Place:
    """An app whose database runs."""
    filled(bare.node, bare.app)
    return bare


def removed(server: Droplet, app: str) -> None:
    with connect(server.login) as opened:
        opened.volume_archives.clear(app, ())
        opened.engine.remove_everything(app)
        assert opened.engine.remains(app) == ()
        assert opened.run(f"ls /var/lib/hoster/archives | grep {app}").status == 1


def runs(node: Node, app: str, plan: Plan = PLAN) -> None:
    """Have the database healthy."""
    node.engine.ensure_network(app)
    node.engine.ensure_volumes(app, plan)
    node.engine.ensure_service(app, plan, plan.services[0], generation=1, host_ports={})
    until(lambda: [one.health for one in node.engine.containers(app)] == ["healthy"], seconds=60)


def inside(node: Node, app: str, command: str) -> str:
    [source] = node.inside.sources(app)
    ended = node.inside.execute(source, ("sh", "-c", command), seconds=20)
    assert ended.exit_code == 0, ended.stderr
    return ended.stdout.strip()


def rows(node: Node, app: str, table: str = "pairs") -> int:
    return int(inside(node, app, f"psql -tA -U app -c 'table {table}' | wc -l"))


def dumping(here: Place, command: str = "", dump: Dump = DUMP) -> CopyState:
    """How the work goes, which is begun where it is not."""
    going = outgoing(here.store, here.app, here.passphrase, NAME)
    dumps = (replace(going, dump=Command(dump.service, command or dump.dump)),)
    here.node.volume_archives.start_dumping(here.app, dumps, generation=GENERATION)
    return here.node.volume_archives.dumping_state(here.app, generation=GENERATION)


def ended(ask: Callable[..., CopyState], app: str) -> CopyState:
    """What work comes to."""
    asked = functools.partial(ask, app, generation=GENERATION)
    return until(lambda: (s := asked()).state != "running" and s, seconds=60)


def dumped(here: Place, dump: Dump = DUMP) -> Sent:
    """A dump that was sent and proven."""
    dumping(here, dump=dump)
    done = ended(here.node.volume_archives.dumping_state, here.app)
    assert done.state == "done", done.tail
    [sent] = done.sent
    key = f"{here.app}/{NAME}"
    assert here.store.vault.finish(key, UPLOADS[key], sent.parts) == done.bytes
    return sent


def begin_load(here: Place, app: str = "", load: Command | None = None) -> None:
    wanted = (Loading(NAME, load or Command("db", DUMP.load), here.passphrase),)
    archives = here.node.volume_archives
    archives.start_loading(app or here.app, wanted, generation=GENERATION)


def loaded_into(here: Place, app: str = "", load: Command | None = None) -> CopyState:
    begin_load(here, app, load)
    return ended(here.node.volume_archives.loading_state, app or here.app)


def fetched(here: Place, sent: Sent, app: str = "", dump: Dump = DUMP) -> None:
    """A dump fetched beside an app whose volume is emptied, and put in place."""
    archives, to = here.node.volume_archives, app or here.app
    link = here.store.vault.link(f"{here.app}/{NAME}", seconds=600)
    coming = Incoming(NAME, sent.sha256, link, here.passphrase, is_dump=True)
    archives.start_fetching(to, (coming,), generation=GENERATION, emptied=dump.volumes)
    state = ended(archives.fetching_state, to)
    assert state.state == "done", state.tail
    taken_away(here.node, to)
    archives.swap_in(to, dump.volumes, generation=GENERATION)


def taken_away(node: Node, app: str) -> None:
    node.engine.stop(app)
    node.engine.remove(app, [one.id for one in node.engine.containers(app)])


def filled(node: Node, app: str) -> None:
    runs(node, app)
    tables = "create table pairs (id int); create table others (id int)"
    inside(node, app, f"psql -q -U app -c '{tables}'")


def test_dump_of_one_moment_is_loaded_into_an_empty_database(here: Place, server: Droplet) -> None:
    node, app, other = here.node, here.app, str(uuid.uuid4())
    inside(node, app, f"nohup sh -c {shlex.quote(WRITER)} >/dev/null 2>&1 &")
    until(lambda: rows(node, app) > 20)
    begun = node.engine.containers(app)[0].started_at

    sent = dumped(here)
    later = rows(node, app)

    try:
        runs(node, other)
        inside(node, other, "psql -q -U app -c 'create table of_today (id int)'")
        fetched(here, sent, other)
        runs(node, other)
        assert loaded_into(here, other).state == "done"

        assert 20 < rows(node, other) == rows(node, other, "others") < later
        tables = inside(node, other, "psql -tA -U app -c '\\dt' | cut -d '|' -f 2 | sort")
        assert tables == "others\npairs"
        node.engine.stop(other)
        node.volume_archives.put_back(other, ("data",), generation=GENERATION)
        runs(node, other)
        assert rows(node, other, "of_today") == 0
    finally:
        removed(server, other)
    assert node.engine.containers(app)[0].started_at == begun
    assert sent.files == 0


def test_person_opens_a_dump_with_the_documented_command(here: Place, tmp_path: Path) -> None:
    dumped(here)
    file = tmp_path / "db.dump.gz.enc"
    here.store.s3.download_file(BUCKET, f"{here.app}/{NAME}", str(file))
    (tmp_path / "passphrase.txt").write_text(f"{here.passphrase}\n")

    opened = DUMP_OPENED_BY.format(file=file.name, name="db.dump")
    subprocess.run(["sh", "-c", opened], check=True, cwd=tmp_path, timeout=60)

    assert (tmp_path / "db.dump").read_bytes().startswith(b"PGDMP")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("echo half; echo no such role >&2; exit 3", "no such role\nSending db broke off at its"),
        ("exit 0", "The dump of db printed nothing."),
        ("not-a-program", "not found"),
    ],
)
def test_dump_that_fails_or_is_empty_is_no_success(here: Place, command: str, told: str) -> None:
    dumping(here, command)

    failed = ended(here.node.volume_archives.dumping_state, here.app)

    assert (failed.state, failed.status, failed.sent) == ("failed", 1, ())
    assert told in failed.tail


def test_dump_of_a_container_that_does_not_run_says_so(here: Place) -> None:
    here.node.engine.stop(here.app)

    dumping(here)
    failed = ended(here.node.volume_archives.dumping_state, here.app)

    assert failed.state == "failed"
    assert "is not running" in failed.tail


def sleeps(node: Node) -> bool:
    """Whether a command goes on in a container that would for an hour."""
    return node.run("pgrep -x sleep -a | grep 4321").status == 0


def test_what_dumps_does_not_outlive_the_work(here: Place) -> None:
    node = here.node
    dumping(here, "echo begun; sleep 4321; echo ended")
    until(lambda: sleeps(node))
    listed = node.run("ps axww -o args").stdout

    node.volume_archives.clear(here.app, ())

    until(lambda: not sleeps(node), seconds=5)
    state = node.volume_archives.dumping_state(here.app, generation=GENERATION)
    assert state.state == "absent"
    assert here.passphrase not in listed
    assert PASSWORD not in listed
    assert [one.status for one in node.engine.containers(here.app)] == ["running"]


def test_load_that_was_killed_half_way_is_not_begun_again_before_the_volume_is_emptied(
    here: Place,
) -> None:
    node, app, archives = here.node, here.app, here.node.volume_archives
    inside(node, app, "psql -q -U app -c 'insert into pairs select generate_series(1, 9)'")
    fetched(here, dumped(here))
    runs(node, app)
    begin_load(here, load=Command("db", f"{DUMP.load} && sleep 4321"))
    until(lambda: sleeps(node) and rows(node, app) == 9)
    node.run(f"kill -KILL -$(cat /var/lib/hoster/archives/{app}.{GENERATION}.load/pid)")

    ask = functools.partial(archives.loading_state, app, generation=GENERATION)
    killed = until(lambda: (s := ask()).state != "running" and s)
    refused = loaded_into(here)
    taken_away(node, app)
    archives.empty_again(app, ("data",), generation=GENERATION)

    assert (killed.state, killed.status) == ("failed", None)
    assert (refused.state, refused.status) == ("failed", 1)
    assert "broke off half way" in refused.tail
    assert not sleeps(node)
    assert node.run(f"ls -A {folder(app)}").stdout == ""
    runs(node, app)
    assert loaded_into(here).state == "done"
    assert rows(node, app) == 9
    archives.clear(app, ("data",))
    assert node.run(f"ls -d {folder(app)}.*").status != 0


def test_load_that_fails_says_why(here: Place) -> None:
    fetched(here, dumped(here))
    runs(here.node, here.app)

    failed = loaded_into(here, load=Command("db", f"{DUMP.load}x"))

    assert failed.state == "failed"
    assert "appx" in failed.tail
    assert "Loading db broke off at its command, with status" in failed.tail


def seeded(slug: str) -> Plan:
    """What the plan of a template that comes with Hoster says, on images of this machine."""
    given = next(seed for seed in read_all() if seed.slug == slug).attributes
    plan = check_version(given["compose_spec"], given["variables"], ())
    [dump] = plan.dumps
    [service] = [one for one in plan.services if one.name == dump.service]
    of = "mariadb" if "mariadb" in service.image else "postgres"
    [image] = [one.name for one in IMAGES if one.folder == of]
    check = replace(service.health_check or HealthCheck(()), interval=1.0, start_interval=0.0)
    service = replace(service, image=image, health_check=check)
    return Plan((service,), volumes=dump.volumes, dumps=(dump,))


SHELL = """
q() { psql -v ON_ERROR_STOP=1 -qtA -U "$POSTGRES_USER" -d "$@"; }
m() { MYSQL_PWD="$MARIADB_PASSWORD" mariadb -N -u "$MARIADB_USER" "$MARIADB_DATABASE" -e "$@"; }
"""


@pytest.mark.parametrize(
    ("slug", "fill", "ask"),
    [
        (
            "postgresql-database",
            "q $POSTGRES_DB -c \"create role reader login password 'x'; create table t (a text)\""
            " -c \"insert into t values ('CREATE ROLE reader;')\" -c 'create database another' &&"
            " q another -c 'create table u (a int); insert into u values (7)'",
            "q $POSTGRES_DB -c 'table t' && q another -c 'table u' &&"
            " q postgres -c \"select rolcanlogin from pg_roles where rolname = 'reader'\"",
        ),
        (
            "metabase",
            "q $POSTGRES_DB -c \"create table t (a text primary key); insert into t values ('é')\"",
            "q $POSTGRES_DB -c 'table t'",
        ),
        (
            "huginn",
            "m \"create table t (a text); insert into t values ('é')\"",
            "m 'select * from t'",
        ),
    ],
)
def test_databases_of_templates_that_come_with_hoster_come_back(
    bare: Place, slug: str, fill: str, ask: str
) -> None:
    plan, node, app = seeded(slug), bare.node, bare.app
    [dump] = plan.dumps
    runs(node, app, plan)
    inside(node, app, SHELL + fill)
    before = inside(node, app, SHELL + ask)
    sent = dumped(bare, dump)

    fetched(bare, sent, dump=dump)
    runs(node, app, plan)
    state = loaded_into(bare, load=Command(dump.service, dump.load))

    assert state.state == "done", state.tail
    assert inside(node, app, SHELL + ask) == before != ""
