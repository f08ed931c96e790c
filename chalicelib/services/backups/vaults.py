"""The bucket in which the archives of a backup lie."""

from __future__ import annotations

from chalicelib.ports.records import Record
from chalicelib.ports.vaults import Vault
from chalicelib.services.tools import Tools


def vault_of(tools: Tools, backup: Record) -> Vault:  # noqa: ARG001 - all lie in one, as yet
    """The bucket of a backup's archives."""
    return tools.vault()
