"""The bucket in which the archives of a backup lie: the house's, or one of its owner's own."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass

from chalicelib.domain.archives import Part
from chalicelib.domain.errors import BucketRefused, DiskFull, ProductError, Unavailable
from chalicelib.ports.records import Record
from chalicelib.ports.vaults import CustomersVault, Vault
from chalicelib.services.backups.backup_targets import (
    TARGET,
    opened,
    own,
    refusal_of,
    told,
)
from chalicelib.services.tools import Tools


def vault_of(tools: Tools, backup: Record) -> Vault:
    """The bucket of a backup's archives.

    One of its owner's own raises `BucketRefused` besides, here where its target is gone; the
    target is marked invalid then.
    """
    target = target_of(tools, backup)
    return _Told(tools, target, opened(tools, target)) if target else tools.vault()


def target_of(tools: Tools, backup: Record) -> Record | None:
    """The target of a backup in a bucket of its owner's own. Raises `BucketRefused`."""
    if not is_own(backup):
        return None
    target = own(tools, backup.attributes[TARGET], backup.owner)
    if target is None:
        raise BucketRefused("The bucket of this backup is not stored any more.")
    return target


def refuse_invalid(tools: Tools, backup: Record) -> None:
    """Raise `BucketRefused` for a backup that is to go where none are taken, as is known."""
    target = target_of(tools, backup)
    if target is not None and target.status == "invalid":
        raise refusal_of(target)


def explained(tools: Tools, backup: Record, error: ProductError) -> ProductError:
    """What a bucket of its owner's own refuses, where a server could not send or fetch by a link.

    The server knows no more than a status; Hoster does there what it did, and is told why. Where
    the bucket refuses nothing, or is away, it is the server's own `error`.
    """
    if not is_own(backup) or isinstance(error, DiskFull):
        return error
    try:
        target = target_of(tools, backup)
        if target is not None:
            with told(tools, target):
                opened(tools, target).prove()
    except BucketRefused as refusal:
        return refusal
    except Unavailable:
        return error
    return error


def letting_be(backup: Record) -> AbstractContextManager[None]:
    """Go on where a bucket of somebody's own does not let things be removed, or is away.

    What is left there is removed when the backup is deleted.
    """
    return suppress(BucketRefused, Unavailable) if is_own(backup) else nullcontext()


def is_own(backup: Record) -> bool:
    """Whether a backup lies in a bucket of its owner's own."""
    return bool(backup.attributes.get(TARGET))


@dataclass(frozen=True)
class _Told:
    """A bucket of a customer's own, whose refusals are written down where it is stored."""

    tools: Tools
    target: Record
    vault: CustomersVault

    def begin(self, key: str) -> str:
        with told(self.tools, self.target):
            return self.vault.begin(key)

    def part_links(self, key: str, upload: str, *, parts: int, seconds: int) -> tuple[str, ...]:
        return self.vault.part_links(key, upload, parts=parts, seconds=seconds)

    def finish(self, key: str, upload: str, parts: Iterable[Part]) -> int:
        with told(self.tools, self.target):
            return self.vault.finish(key, upload, parts)

    def abandon(self, key: str, upload: str) -> None:
        with told(self.tools, self.target):
            self.vault.abandon(key, upload)

    def size(self, key: str) -> int | None:
        with told(self.tools, self.target):
            return self.vault.size(key)

    def link(self, key: str, *, seconds: int) -> str:
        return self.vault.link(key, seconds=seconds)

    def public_link(self, key: str, *, seconds: int, name: str) -> str:
        return self.vault.public_link(key, seconds=seconds, name=name)

    def remove(self, key: str) -> None:
        with told(self.tools, self.target):
            self.vault.remove(key)

    def ways(self) -> tuple[str, ...]:
        with told(self.tools, self.target):
            return self.vault.ways()
