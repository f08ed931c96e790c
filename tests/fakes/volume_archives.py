"""The volumes of an in-memory node as archives: what they hold goes to a bucket and comes back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import requests

from chalicelib.domain.archives import Part
from chalicelib.ports.volume_archives import CopyState, Incoming, Loading, Outgoing, Sent
from tests.fakes.vault import FakeVault
from tests.fakes.volumes import KILLED, Held

if TYPE_CHECKING:
    from tests.fakes.node import FakeNode

Key = tuple[str, int, str]


class Bucket(Protocol):
    """What a server reaches by its links."""

    def put(self, link: str, content: bytes) -> bool: ...

    def fetch(self, link: str) -> bytes | None: ...


@dataclass
class ByLinks:
    """S3 as moto keeps it, by the links that the product signs; customers' buckets in memory."""

    customers: FakeVault = field(default_factory=FakeVault)

    def put(self, link: str, content: bytes) -> bool:
        if link.startswith("put "):
            return self.customers.put(link, content)
        return requests.put(link, data=content, timeout=10).ok

    def fetch(self, link: str) -> bytes | None:
        if link.startswith("get "):
            return self.customers.fetch(link)
        answer = requests.get(link, timeout=10)
        return answer.content if answer.ok else None


@dataclass
class FakeVolumeArchives:
    """Archives are JSON of what a volume holds; a dump is one of what all its volumes hold.

    What is loaded is added to what the volumes of the service hold, as by a database.

    `clashes` of the node's volumes names every moment at which one was sent or swapped under a
    running writer.
    """

    node: FakeNode
    bucket: Bucket = field(default_factory=ByLinks)
    jobs: dict[Key, int] = field(default_factory=dict)
    """How often each job still says that it runs."""
    going: dict[Key, tuple[Outgoing, ...]] = field(default_factory=dict)
    awaited: dict[Key, tuple[Incoming, ...]] = field(default_factory=dict)
    to_empty: dict[Key, tuple[str, ...]] = field(default_factory=dict)
    to_load: dict[Key, tuple[Loading, ...]] = field(default_factory=dict)
    dumped: dict[tuple[str, int, str], dict[str, list[str]]] = field(default_factory=dict)
    """What was fetched of dumps, by the names of their archives."""
    ended: dict[Key, CopyState] = field(default_factory=dict)
    fetched: dict[tuple[str, int], dict[str, list[str]]] = field(default_factory=dict)
    before: dict[tuple[str, int], dict[str, list[str]]] = field(default_factory=dict)
    lost: int = 0
    """How many files of each volume are missing after it was unpacked."""
    renewals: int = 0
    looks: int = 1
    """How often a job that is begun says that it runs."""
    bytes_of: Callable[[int], int] = field(default=lambda _: 0)
    """How many bytes one has done that says so as often as that from now on."""
    breaks: list[str] = field(default_factory=list)
    """Jobs that fail, by what they do, one a time, with the words after a colon."""

    def start_sending(
        self, deployment_id: str, volumes: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        self.node.enter("start_sending")
        key = (deployment_id, generation, "send")
        self.jobs.setdefault(key, self.looks)
        self.going.setdefault(key, volumes)

    def start_dumping(
        self, deployment_id: str, dumps: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        self.node.enter("start_dumping")
        key = (deployment_id, generation, "dump")
        self.jobs.setdefault(key, self.looks)
        self.going.setdefault(key, dumps)

    def dumping_state(self, deployment_id: str, *, generation: int) -> CopyState:
        self.node.enter("dumping_state")
        return self._state((deployment_id, generation, "dump"))

    def renew_links(
        self, deployment_id: str, archives: tuple[Outgoing | Incoming, ...], *, generation: int
    ) -> None:
        self.node.enter("renew_links")
        going = tuple(one for one in archives if isinstance(one, Outgoing))
        awaited = tuple(one for one in archives if isinstance(one, Incoming))
        for what in ("send", "dump", "fetch"):
            key = (deployment_id, generation, what)
            known = {one.volume for one in self.going.get(key, ())}
            known |= {one.volume for one in self.awaited.get(key, ())}
            if known != {one.volume for one in archives}:
                continue
            self.renewals += 1
            if going:
                self.going[key] = going
            else:
                self.awaited[key] = awaited

    def sending_state(self, deployment_id: str, *, generation: int) -> CopyState:
        self.node.enter("sending_state")
        return self._state((deployment_id, generation, "send"))

    def start_fetching(
        self,
        deployment_id: str,
        archives: tuple[Incoming, ...],
        *,
        generation: int,
        emptied: tuple[str, ...] = (),
    ) -> None:
        self.node.enter("start_fetching")
        key = (deployment_id, generation, "fetch")
        self.jobs.setdefault(key, self.looks)
        self.awaited.setdefault(key, archives)
        self.to_empty.setdefault(key, emptied)

    def fetching_state(self, deployment_id: str, *, generation: int) -> CopyState:
        self.node.enter("fetching_state")
        return self._state((deployment_id, generation, "fetch"))

    def swap_in(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        self.node.enter("swap_in")
        held, key = self.node.volumes.data, (deployment_id, generation)
        kept = self.before.setdefault(key, {})
        coming = [volume for volume in volumes if volume in self.fetched.get(key, {})]
        self._clash(deployment_id, coming, "swapped")  # what is swapped already is left alone
        for volume in coming:
            kept[volume] = list(held[deployment_id, volume])
            held[deployment_id, volume] = self.fetched[key].pop(volume)

    def start_loading(
        self, deployment_id: str, dumps: tuple[Loading, ...], *, generation: int
    ) -> None:
        self.node.enter("start_loading")
        key = (deployment_id, generation, "load")
        if key in self.to_load:
            self.ended.setdefault(key, CopyState("failed", 1, "It was begun before."))
            return
        self.jobs[key] = self.looks
        self.to_load[key] = dumps
        for one in dumps:  # at once, so that what breaks off later has loaded half of it
            self._load(key, one)

    def loading_state(self, deployment_id: str, *, generation: int) -> CopyState:
        self.node.enter("loading_state")
        key = (deployment_id, generation, "load")
        if key in self.to_load and key not in self.jobs and key not in self.ended:
            return CopyState("failed", None, KILLED)
        return self._state(key)

    def empty_again(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        self.node.enter("empty_again")
        key = (deployment_id, generation, "load")
        self._clash(deployment_id, volumes, "emptied")
        for known in (self.jobs, self.to_load, self.ended):
            known.pop(key, None)
        for volume in volumes:
            assert volume in self.before[deployment_id, generation]
            self.node.volumes.data[deployment_id, volume] = []

    def put_back(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        self.node.enter("put_back")
        key = (deployment_id, generation)
        kept = self.before.pop(key, {})
        if kept:
            self._clash(deployment_id, volumes, "put back")
        for volume, held in kept.items():
            self.node.volumes.data[deployment_id, volume] = held
        self.fetched.pop(key, None)
        self._forget(deployment_id)

    def clear(self, deployment_id: str, volumes: tuple[str, ...]) -> None:
        self.node.enter("clear")
        self._forget(deployment_id)
        if volumes:
            for kept in (self.before, self.fetched):
                for key in [key for key in kept if key[0] == deployment_id]:
                    del kept[key]

    def _forget(self, app: str) -> None:
        kept = (self.jobs, self.going, self.awaited, self.ended)
        for known in (*kept, self.to_empty, self.to_load, self.dumped):
            for key in [key for key in known if key[0] == app]:
                del known[key]

    def _clash(self, app: str, volumes: object, what: str) -> None:
        held: frozenset[Held] = frozenset((app, str(one)) for one in volumes)  # type: ignore[attr-defined]
        if running := self.node.volumes.running(held):
            self.node.volumes.clashes.append(f"{what} while {', '.join(running)} ran")

    def _state(self, key: Key) -> CopyState:
        if key in self.ended:
            return self.ended[key]
        if key not in self.jobs:
            return CopyState("absent")
        if self.jobs[key] > 0:
            self.jobs[key] -= 1
            done = self.bytes_of(self.jobs[key])
            return CopyState("running", bytes=done, unpacked_bytes=done if key[2] == "load" else 0)
        what = key[2]
        broken = next((one for one in self.breaks if one.startswith(f"{what}:")), None)
        if broken is not None:
            self.breaks.remove(broken)
            del self.jobs[key]
            said = broken.partition(":")[2]
            return CopyState("failed", None if said == KILLED else 1, said)
        does = {"send": self._sent, "dump": self._sent, "fetch": self._unpacked}
        ended = does.get(what, lambda _: CopyState("done", 0))(key)
        if ended.state == "done":
            self.ended[key] = ended
        else:
            del self.jobs[key]
        return ended

    def _sent(self, key: Key) -> CopyState:
        sent, total = [], 0
        for one in self.going[key]:
            if one.dump is not None and not self._serves(key[0], one.dump.service):
                return CopyState("failed", 1, f"Error: container {one.dump.service} is away.")
            content = json.dumps(self._held(key[0], one)).encode()
            if not self.bucket.put(one.urls[0], content):
                return CopyState("failed", 1, f"Sending {one.volume} broke off at it.")
            if one.dump is None:
                self._clash(key[0], [one.volume], "sent")  # a used link takes nothing
            part = Part(1, len(content), hashlib.md5(content, usedforsecurity=False).hexdigest())
            sha256 = hashlib.sha256(content).hexdigest()
            files = 0 if one.dump else len(json.loads(content))
            sent.append(Sent(one.volume, (part,), len(content), sha256, 1, files))
            total += len(content)
        return CopyState("done", 0, "", total, sent=tuple(sent))

    def _unpacked(self, key: Key) -> CopyState:
        found = {}
        for one in self.awaited[key]:
            content = self.bucket.fetch(one.url) or b""
            if hashlib.sha256(content).hexdigest() != one.sha256:
                return CopyState("failed", 1, f"The archive of {one.volume} is not what was stored")
            if one.is_dump:
                self.dumped[*key[:2], one.volume] = json.loads(content)
            else:
                found[one.volume] = json.loads(content)
        files = {volume: len(held) - self.lost for volume, held in found.items()}
        found |= {volume: [] for volume in self.to_empty[key]}
        self.fetched[key[0], key[1]] = found
        return CopyState("done", 0, unpacked=files)

    def _serves(self, app: str, service: str) -> bool:
        state = self.node.engine.running.get((app, service))
        return state is not None and state.status == "running"

    def _held(self, app: str, one: Outgoing) -> object:
        """What a volume holds; of a dump, what the volumes of its service do, by their names."""
        data = self.node.volumes.data
        if one.dump is None:
            return data[app, one.volume]
        return {volume: data[app, volume] for volume in self._of(app, one.dump.service)}

    def _of(self, app: str, service: str) -> list[str]:
        writers = self.node.volumes.writers
        held = writers[self.node.engine.running[app, service].id][1]
        return sorted(volume for _, volume in held)

    def _load(self, key: Key, one: Loading) -> None:
        assert self._serves(key[0], one.load.service)
        for volume, rows in self.dumped[*key[:2], one.volume].items():
            self.node.volumes.data[key[0], volume] += rows
