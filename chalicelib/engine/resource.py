"""What a resource is: data from which five generic operations serve it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from chalicelib.engine.states import States

Verb = Literal["list", "get", "create", "update", "delete"]


@dataclass(frozen=True)
class Resource:
    """One kind of entity.

    No verb means closed: what is not in `verbs` is not served generically.
    """

    name: str
    """The URL segment and JSON:API type."""
    prefix: str | None
    """The id's prefix; None for a UUIDv7."""
    owner_field: str
    """The attribute that shows the owner's id."""
    attributes: type[BaseModel]
    """What a reader sees, every field optional."""
    create: type[BaseModel] | None
    """What a client may send to make one."""
    update: type[BaseModel] | None
    """What a client may change, every field optional."""
    states: States
    verbs: frozenset[Verb]
    singular: str
    shows_status: bool = True
    public_read: bool = False
    """Whether records with `public` set may be read by everybody, signed in or not."""
    member_read: bool = False
    """Whether records with `public` set may be read by everybody who is signed in."""
    secrets: frozenset[str] = frozenset()
    """Attributes that are sealed and never shown."""
    owner_only: frozenset[str] = frozenset()
    """Attributes that only the owner sees."""
    not_in_lists: frozenset[str] = frozenset()
    """Attributes that are too large for a list."""
    references: dict[str, str] = field(default_factory=dict)
    """Attributes that hold another resource's id."""
    parent_field: str | None = None
    filters: frozenset[str] = frozenset()
    counted: bool = True
    """Whether a counter of each owner's records is kept."""

    @property
    def writable(self) -> frozenset[str]:
        """Every attribute that a client may ever send."""
        sent: set[str] = set()
        for model in (self.create, self.update):
            if model is not None:
                sent |= {f.alias or name for name, f in model.model_fields.items()}
        return frozenset(sent)

    @property
    def known(self) -> frozenset[str]:
        """Every attribute that exists, the system's own included."""
        shown = frozenset(self.attributes.model_fields)
        working = {"health", "generation", "work"} if self.shows_status else set()
        system = {"status", "created_at", "updated_at", self.owner_field}
        return shown | self.writable | system | working
