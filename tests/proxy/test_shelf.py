"""Certificates on disk: two processes write them, and HAProxy starts with them whatever happens."""

from __future__ import annotations

import errno
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.ports.route_writes import RemoveCertificate, RemoveRoute
from infra.proxy import shelf as shelves
from infra.proxy.config import write_config, write_copies
from infra.proxy.pairs import pair_of
from infra.proxy.settings import Files
from infra.proxy.shelf import Shelf
from infra.proxy.writing import write
from tests.proxy.front import front
from tests.proxy.issued import Opened, issued
from tests.proxy.rig import Proxy, Rig, until
from tests.proxy.test_certificates import Kept, Materials, keeper_of


def listed_files(files: Files) -> set[str]:
    """The files that HAProxy starts with."""
    return {line.split()[0] for line in files.certificate_list.read_text().splitlines()}


def lying_files(files: Files) -> set[str]:
    """The certificates' files that are there."""
    return {str(file.relative_to(files.state)) for file in files.certificates.iterdir()}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    table, seal = Materials(), Opened()
    with front(tmp_path / "state") as running:
        made = Kept(running, table, seal, keeper_of(running, table, seal))

        def reload() -> None:
            write_config(running.settings)
            running.process.send_signal(signal.SIGUSR2)

        made.keeper.reload = reload
        yield made


def hold_many(kept: Kept, count: int) -> list[str]:
    """Certificates of many hosts, and in their midst the one that is shown to doors."""
    hosts = [f"m{number}.test" for number in range(count)]
    for host in hosts:
        kept.hold(host)
    kept.hold("#client", issued("proxy"), authority=issued("ca").chain)
    return [*hosts[: count // 2], "#client", *hosts[count // 2 :]]


def test_a_reload_for_the_client_certificate_finds_every_certificate_of_its_batch(
    kept: Kept,
) -> None:
    wanted = kept.serve(*hold_many(kept, 30))
    files = kept.front.settings.files
    del wanted["#client"]

    assert len(wanted) == 30
    assert listed_files(files) == lying_files(files)
    until(lambda: {host: kept.shown(host) for host in wanted} == wanted)
    kept.front.stop()
    kept.front.start()
    assert {host: kept.shown(host) for host in wanted} == wanted


def test_a_list_that_is_made_anew_keeps_what_is_about_to_be_listed(tmp_path: Path) -> None:
    files = Files(tmp_path)
    write_copies(files)
    agents = Shelf(files)
    with agents.locked():
        agents.open()
    made = [issued(host) for host in ("a.test", "b.test")]
    agents.put("a.test", pair_of(made[0].chain, made[0].key))
    write_copies(files)
    agents.put("b.test", pair_of(made[1].chain, made[1].key))
    agents.list_them()

    assert len(listed_files(files)) == 3
    assert listed_files(files) == lying_files(files)


def test_the_list_waits_for_who_changes_it(tmp_path: Path) -> None:
    files = Files(tmp_path)
    write_copies(files)
    with Shelf(files).locked():
        waiting = threading.Thread(target=write_copies, args=(files,))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(10)
    assert not waiting.is_alive()


def test_two_that_write_one_file_leave_a_whole_one_and_nothing_else(tmp_path: Path) -> None:
    file, failures = tmp_path / "file", []

    def many(letter: str) -> None:
        try:
            for _ in range(100):
                write(file, letter * 10_000)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=many, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert file.read_text() in {"a" * 10_000, "b" * 10_000}
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_missing_on_disk_is_put_there_again(kept: Kept) -> None:
    kept.hold("#client", issued("proxy"), authority=issued("ca").chain)
    kept.hold("a.test")
    kept.serve("a.test", "#client")
    files = kept.front.settings.files
    lying = [kept.keeper.shelf.file("a.test"), files.door_client, files.door_authority]
    lying.append(files.certificate_list)
    before = [file.read_text() for file in lying]
    for file in lying:
        file.unlink()

    kept.keeper.compare()
    kept.serve("a.test", "#client")

    assert [file.read_text() for file in lying] == before


def full(monkeypatch: pytest.MonkeyPatch, file: Callable[[Path], bool]) -> None:
    """Let the disk take no file that is told here."""

    def refusing(path: Path, text: str, **options: Any) -> None:
        if file(path):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, text, **options)

    monkeypatch.setattr(shelves, "write", refusing)


@pytest.mark.parametrize("what", ["every file", "certificates"])
def test_a_full_disk_is_told_once_and_keeps_no_certificate_from_being_served(
    kept: Kept, what: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    hosts = hold_many(kept, 4)
    full(monkeypatch, lambda file: what == "every file" or file.suffix == ".pem")
    files = kept.front.settings.files

    wanted = kept.serve(*hosts)
    kept.keeper.compare()
    kept.serve(*hosts)

    del wanted["#client"]
    assert {host: kept.shown(host) for host in wanted} == wanted
    assert listed_files(files) <= lying_files(files)
    assert caplog.text.count("The disk for certificates is full") == 1
    assert kept.keeper.troubles.keys() == {"#client"}

    monkeypatch.undo()
    kept.keeper.compare()
    kept.keeper.try_again()
    kept.serve(*hosts)
    assert "The disk for certificates is back" in caplog.text
    assert len(listed_files(files)) == 5
    assert listed_files(files) == lying_files(files)
    assert kept.keeper.troubles == {}


@pytest.fixture
def fresh(rig: Rig) -> Iterator[Rig]:
    """A proxy of its own with an empty state folder, at the same table."""
    folder = rig.proxy.folder / "fresh"
    folder.mkdir()
    proxy = Proxy(folder, rig.wire.port, more=rig.proxy.more)
    yield Rig(rig.cloud, rig.wire, rig.keys, proxy, rig.records)
    proxy.stop()


def served(rig: Rig, wanted: dict[str, str]) -> bool:
    return all(rig.shown(host) == fingerprint for host, fingerprint in wanted.items())


def agree(files: Files, count: int) -> bool:
    """Whether list and files are the same so many, besides the makeshift one."""
    return len(listed_files(files)) == count + 1 and listed_files(files) == lying_files(files)


def certified(rig: Rig, count: int) -> dict[str, str]:
    """Names with certificates of their own."""
    hosts = [f"fresh-{number}.apps.test" for number in range(count)]
    for host in hosts:
        rig.route(host, state="stopped", address="")
    return {host: rig.certify(host) for host in hosts}


def test_all_is_served_after_the_first_reload_and_after_the_end_of_haproxy(fresh: Rig) -> None:
    wanted = certified(fresh, 40)
    fresh.certify("#client", issued("proxy"), authority=issued("ca").chain)
    files = Files(fresh.proxy.folder / "state")
    fresh.proxy.start()
    try:
        until(lambda: served(fresh, wanted), 20)
        until(lambda: agree(files, 40))

        fresh.proxy.child("haproxy").kill()

        until(lambda: served(fresh, wanted), 20)
        assert agree(files, 40)

        # A list that HAProxy could not start with.
        lost = next(iter(lying_files(files) - {"certs/" + files.default_certificate.name}))
        (files.state / lost).unlink()
        files.door_client.write_text("garbage")
        fresh.proxy.child("haproxy").kill()

        until(lambda: served(fresh, wanted), 20)
        until(lambda: agree(files, 40))
        until(lambda: "garbage" not in files.door_client.read_text())
    finally:
        names = [*wanted, "#client"]
        fresh.records.commit(*(RemoveCertificate(host) for host in names))
        fresh.records.commit(*(RemoveRoute(host) for host in wanted))
