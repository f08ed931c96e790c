"""The data of a node's apps as archives: sent from there to where links lead, fetched, and loaded.

The data goes between node and bucket alone. The work goes on there without us, with a link for each
part and no other key to the bucket; a passphrase is never on its disk, nor among its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from chalicelib.domain.archives import Part


@dataclass(frozen=True)
class Command:
    """What a shell runs in the container of a service that runs."""

    service: str
    text: str


@dataclass(frozen=True)
class Outgoing:
    """A volume to be sent, or a dump: a link for each part that it may take, in their order."""

    volume: str
    """Which one; of a dump, what its archive is called."""
    part_bytes: int
    urls: tuple[str, ...] = field(repr=False)
    passphrase: str = field(repr=False)
    ways: tuple[str, ...] = ()
    """As `Vault.ways` tells them: the addresses at which the links lead to their bucket."""
    dump: Command | None = None
    """What prints the data, of a dump."""


@dataclass(frozen=True)
class Incoming:
    """An archive to be fetched. `sha256` is of the archive as it lies in the bucket."""

    volume: str
    """As of `Outgoing`."""
    sha256: str
    url: str = field(repr=False)
    passphrase: str = field(repr=False)
    ways: tuple[str, ...] = ()
    is_dump: bool = False
    """Whether it is kept as it is, until it is loaded."""


@dataclass(frozen=True)
class Loading:
    """A dump that was fetched, and what reads it."""

    volume: str
    """As of `Outgoing`."""
    load: Command
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class Sent:
    """An archive that was sent whole: its hash, and how much it holds as a tar."""

    volume: str
    parts: tuple[Part, ...]
    plain_bytes: int
    sha256: str
    seconds: int
    files: int
    """How many files, folders and links it holds; sockets are in no archive. 0 for a dump."""


@dataclass(frozen=True)
class CopyState:
    """How the work goes. `tail` is the end of what it printed."""

    state: Literal["absent", "running", "done", "failed"]
    status: int | None = None
    tail: str = ""
    bytes: int = 0
    """How much was sent or fetched until now."""
    unpacked_bytes: int = 0
    """How much of what was fetched is unpacked until now, or loaded."""
    sent: tuple[Sent, ...] = ()
    """The archives that were sent whole, when `done`."""
    unpacked: Mapping[str, int] = field(default_factory=dict)
    """How many files came of each volume's archive, when `done`."""


class Archives(Protocol):
    """The volumes of a node's Docker Engine, by their names without the deployment's part.

    Everything may be repeated without harm. Every method raises `HostUnreachable` when the
    connection breaks, `DockerUnavailable` when the Engine does not answer, and `CommandFailed`.
    """

    def start_sending(
        self, deployment_id: str, volumes: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        """Begin to send volumes one after the other, unless that runs or is done.

        Nobody may write them meanwhile. What broke off begins anew.
        """

    def start_dumping(
        self, deployment_id: str, dumps: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        """Begin to send what services dump, one after the other, unless that runs or is done.

        A command that fails, or prints nothing, fails the work. What broke off begins anew; of its
        command nothing goes on.
        """

    def dumping_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the dumping goes."""

    def renew_links(
        self, deployment_id: str, archives: tuple[Outgoing | Incoming, ...], *, generation: int
    ) -> None:
        """Give what sends, dumps or fetches other links for what it has not done yet.

        Nothing happens where nothing does.
        """

    def sending_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the sending goes."""

    def start_fetching(
        self,
        deployment_id: str,
        archives: tuple[Incoming, ...],
        *,
        generation: int,
        emptied: tuple[str, ...] = (),
    ) -> None:
        """Begin to fetch archives, unless that runs or is done, and to unpack them beside volumes.

        Nothing is opened before all hashes are right. Dumps stay as they are, and for `emptied`
        volumes nothing is unpacked. Volumes that are not there are made.
        """

    def fetching_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the fetching goes."""

    def swap_in(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """Put what was fetched into the volumes' place, and keep what they held beside them.

        Those that were to be emptied are empty then. Nobody may have them meanwhile.
        """

    def start_loading(
        self, deployment_id: str, dumps: tuple[Loading, ...], *, generation: int
    ) -> None:
        """Begin to load what was fetched of dumps, one after the other, unless that was begun.

        What broke off is never begun again: half of the data is there. See `empty_again`.
        """

    def loading_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the loading goes."""

    def empty_again(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """End a loading, forget it, and empty the volumes, whose data `swap_in` has kept.

        Nobody may have them meanwhile.
        """

    def put_back(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """Undo `swap_in`, wherever it broke off; what was fetched goes.

        Where nothing was swapped the volumes stay as they are.
        """

    def clear(self, deployment_id: str, volumes: tuple[str, ...]) -> None:
        """End what still runs, and remove what is kept beside volumes and of how work went."""
