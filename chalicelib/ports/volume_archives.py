"""The volumes of a node as archives: sent from there to where links lead, and fetched from there.

The data goes between node and bucket alone. The work goes on there without us, with a link for each
part and no other key to the bucket; a passphrase is never on its disk, nor among its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from chalicelib.domain.archives import Part


@dataclass(frozen=True)
class Outgoing:
    """A volume to be sent: a link for each part that it may take, in their order."""

    volume: str
    part_bytes: int
    urls: tuple[str, ...] = field(repr=False)
    passphrase: str = field(repr=False)
    ways: tuple[str, ...] = ()
    """As `Vault.ways` tells them: the addresses at which the links lead to their bucket."""


@dataclass(frozen=True)
class Incoming:
    """An archive to be fetched. `sha256` is of the archive as it lies in the bucket."""

    volume: str
    sha256: str
    url: str = field(repr=False)
    passphrase: str = field(repr=False)
    ways: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sent:
    """An archive that was sent whole: its hash, and how much it holds as a tar."""

    volume: str
    parts: tuple[Part, ...]
    plain_bytes: int
    sha256: str
    seconds: int
    files: int
    """How many files, folders and links it holds; sockets are in no archive."""


@dataclass(frozen=True)
class CopyState:
    """How sending or fetching goes. `tail` is the end of what it printed."""

    state: Literal["absent", "running", "done", "failed"]
    status: int | None = None
    tail: str = ""
    bytes: int = 0
    """How much was sent or fetched until now."""
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

    def renew_links(
        self, deployment_id: str, volumes: tuple[Outgoing, ...], *, generation: int
    ) -> None:
        """Give what sends other links for the parts that it has not sent yet.

        Nothing happens where nothing sends.
        """

    def sending_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the sending goes."""

    def start_fetching(
        self, deployment_id: str, volumes: tuple[Incoming, ...], *, generation: int
    ) -> None:
        """Begin to fetch archives, unless that runs or is done, and to unpack them beside volumes.

        Nothing is opened before all hashes are right. Volumes that are not there are made.
        """

    def fetching_state(self, deployment_id: str, *, generation: int) -> CopyState:
        """Tell how the fetching goes."""

    def swap_in(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """Put what was fetched into the volumes' place, and keep what they held beside them.

        Nobody may have them meanwhile.
        """

    def put_back(self, deployment_id: str, volumes: tuple[str, ...], *, generation: int) -> None:
        """Undo `swap_in`, wherever it broke off; what was fetched goes.

        Where nothing was swapped the volumes stay as they are.
        """

    def clear(self, deployment_id: str, volumes: tuple[str, ...]) -> None:
        """End what still runs, and remove what is kept beside volumes and of how work went."""
