"""Sends the volumes of a server's Docker Engine, and what apps dump, and brings them back.

`chalicelib.ports.volume_archives.Archives` made real.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adapters.nodes import archive_scripts, detached, http
from chalicelib.adapters.nodes.refusals import product_errors
from chalicelib.domain import names_on_node as names
from chalicelib.domain.archives import Part
from chalicelib.ports.volume_archives import CopyState, Incoming, Loading, Outgoing, Sent

SEND, DUMP, FETCH, LOAD = "send", "dump", "fetch", "load"
KEPT = 256 * 1024
"""Bytes of what is told of one work: a line for each part."""
_SECONDS = 60


class DockerArchives(http.DockerSide):
    """The volumes behind a shell's connection."""

    @product_errors
    def start_sending(
        self, deployment_id: str, volumes: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        """Begin to send volumes one after the other, unless that runs or is done."""
        pairs = [(one, self._data(deployment_id, one.volume)) for one in volumes]
        self._start(deployment_id, generation, SEND, archive_scripts.send(pairs))

    @product_errors
    def start_dumping(
        self, deployment_id: str, dumps: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        """Begin to send what services dump, unless that runs or is done."""
        script = archive_scripts.dump(dumps, deployment_id)
        self._start(deployment_id, generation, DUMP, script)

    def dumping_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the dumping goes."""
        return self._state(deployment_id, generation, DUMP)

    @product_errors
    def renew_links(
        self, deployment_id: str, archives: tuple[Outgoing | Incoming, ...], *, generation: int
    ) -> None:
        """Give what sends, dumps or fetches other links for what it has not done yet."""
        for one in archives:
            links = f"{archive_scripts.links_of(one)}\n".encode()
            for what in (FETCH,) if isinstance(one, Incoming) else (SEND, DUMP):
                folder = archive_scripts.folder(deployment_id, generation, what)
                script = archive_scripts.renew(folder, one.volume, one.ways)
                self.shell.expect(script, "renewing the links to the bucket", stdin=links)

    def sending_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the sending goes."""
        return self._state(deployment_id, generation, SEND)

    @product_errors
    def start_fetching(
        self,
        deployment_id: str,
        archives: tuple[Incoming, ...],
        *,
        generation: int,
        emptied: tuple[str, ...] = (),
    ) -> None:
        """Begin to fetch archives, unless that runs or is done, and to unpack them."""
        pairs = [
            (one, "" if one.is_dump else self._data(deployment_id, one.volume)) for one in archives
        ]
        script = archive_scripts.fetch(pairs, self._folders(deployment_id, emptied), generation)
        self._start(deployment_id, generation, FETCH, script)

    def fetching_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the fetching goes."""
        return self._state(deployment_id, generation, FETCH)

    @product_errors
    def swap_in(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """Put what was fetched into the volumes' place, and keep what they held beside them."""
        script = archive_scripts.swap(self._folders(deployment_id, volumes), generation)
        self.shell.expect(script, "putting the volumes in place", timeout=_SECONDS)

    @product_errors
    def start_loading(
        self, deployment_id: str, dumps: tuple[Loading, ...], *, generation: int
    ) -> None:
        """Begin to load dumps, unless that was begun, however it went."""
        fetched = archive_scripts.folder(deployment_id, generation, FETCH)
        script = archive_scripts.load(dumps, deployment_id, fetched)
        folder = archive_scripts.folder(deployment_id, generation, LOAD)
        start = detached.start(folder, again=False)
        self.shell.expect(start, "starting to load dumps", stdin=script.encode())

    def loading_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the loading goes."""
        return self._state(deployment_id, generation, LOAD)

    @product_errors
    def empty_again(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """End a loading, forget it, and empty the volumes."""
        folder = archive_scripts.folder(deployment_id, generation, LOAD)
        folders = self._folders(deployment_id, volumes)
        script = archive_scripts.empty_again(deployment_id, folder, folders, generation)
        self.shell.expect(script, "emptying the volumes again", timeout=_SECONDS)

    @product_errors
    def put_back(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """Undo `swap_in`, wherever it broke off; what was fetched goes."""
        self.shell.expect(archive_scripts.stop(deployment_id), "ending the fetching")
        script = archive_scripts.put_back(self._folders(deployment_id, volumes), generation)
        self.shell.expect(script, "putting the volumes back", timeout=_SECONDS)

    @product_errors
    def clear(self, deployment_id: str, volumes: tuple[str, ...]) -> None:
        """End what still runs, and remove what is kept beside volumes and of how work went."""
        script = archive_scripts.tidy(self._folders(deployment_id, volumes))
        what = "clearing up after archives"
        self.shell.expect(
            f"{archive_scripts.stop(deployment_id)}\n{script}", what, timeout=_SECONDS
        )

    def _folders(self, deployment_id: str, volumes: tuple[str, ...]) -> list[str]:
        return [self._data(deployment_id, volume) for volume in volumes]

    def _data(self, deployment_id: str, volume: str) -> str:
        """Where a volume's data lies; making what is there changes nothing."""
        name = names.volume_name(deployment_id, volume)
        made = self.client.create_volume(name, labels=names.labels(deployment_id))
        return str(made["Mountpoint"])

    def _start(self, deployment_id: str, generation: int, what: str, script: str) -> None:
        folder = archive_scripts.folder(deployment_id, generation, what)
        self.shell.expect(
            archive_scripts.start(folder), f"starting to {what} volumes", stdin=script.encode()
        )

    def _state(self, deployment_id: str, generation: int, what: str) -> CopyState:
        folder = archive_scripts.folder(deployment_id, generation, what)
        asked = self.shell.run(detached.ask(folder, f"{{ {archive_scripts.SHOW}; }}"), keep=KEPT)
        return state_of(detached.read(asked.stdout))


def state_of(job: detached.Progress) -> CopyState:
    """Read what a work on archives has told."""
    parts: dict[str, list[Part]] = {}
    sent: list[Sent] = []
    unpacked: dict[str, int] = {}
    done, passed, said = 0, 0, []
    for line in job.output.splitlines():
        match line.split():
            case ["part", volume, number, size, md5]:
                parts.setdefault(volume, []).append(Part(int(number), int(size), md5))
                done += int(size)
            case ["sent", volume, plain, sha256, seconds, files]:
                whole = tuple(parts.get(volume, ()))
                sent.append(Sent(volume, whole, int(plain), sha256, int(seconds), int(files)))
            case ["unpacked", volume, files]:
                unpacked[volume] = int(files)
            case ["fetched", _, size] | ["fetching", size]:
                done += int(size)
            case ["ticks", ticks]:
                passed = int(ticks) * archive_scripts.TICK
            case _:
                said.append(line)
    told = CopyState("running", None, "\n".join(said), done, passed, tuple(sent), unpacked)
    return _as_ended(job, told)


def _as_ended(job: detached.Progress, told: CopyState) -> CopyState:
    """What was told, as far as it counts before the end of the work."""
    match job.state:
        case "ended":
            return replace(told, state="failed" if job.status else "done", status=job.status)
        case "lost":
            tail = f"{told.tail}\nThe work was killed."
            return replace(told, state="failed", tail=tail, sent=(), unpacked={})
        case state:
            return replace(told, state=state, sent=(), unpacked={})
