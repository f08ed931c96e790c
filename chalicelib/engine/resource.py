"""What a resource is: data from which five generic operations serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel

from chalicelib.domain.scopes import Needed
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
    """What a reader sees; what can be empty may be None. It describes, and is never made."""
    create: type[BaseModel] | None
    """What a client may send to make one."""
    update: type[BaseModel] | None
    """What a client may change, every field optional."""
    states: States
    verbs: frozenset[Verb]
    singular: str
    shows_status: bool = True
    works: bool = True
    """Whether work is done on its records, which then show their health, generation and work."""
    public_read: bool = False
    """Whether records with `public` set may be read by everybody, signed in or not."""
    member_read: bool = False
    """Whether records with `public` set may be read by everybody who is signed in."""
    secrets: frozenset[str] = frozenset()
    """Attributes that are sealed and never shown."""
    shown_once: frozenset[str] = frozenset()
    """Those of them that the one answer which makes them shows."""
    owner_only: frozenset[str] = frozenset()
    """Attributes that only the owner sees."""
    not_in_lists: frozenset[str] = frozenset()
    """Attributes that are too large for a list."""
    in_contents: bool = False
    """Whether long texts of a record may lie in the content store."""
    references: dict[str, str] = field(default_factory=dict)
    """Attributes that hold another resource's id."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Attributes that other clients' forms know and that have no place here: where they belong."""
    parent_field: str | None = None
    hangs_on: str = "{id}"
    """What records hang on, of the `{id}` in `parent_field`; apart from others of that id."""
    filters: frozenset[str] = frozenset()
    """Names that lists are filtered by, each backed by an index."""
    filters_join: bool = False
    """Whether several filters may be given together."""
    sorts: tuple[str, ...] = ("-created_at", "created_at")
    """Orders of lists, each backed by an index; a minus is descending, the first is the default."""
    counters: dict[str, str] = field(default_factory=dict)
    """Attributes whose values are kept counters, each with its counter's key for an `{id}`."""
    aside: frozenset[str] = frozenset()
    """Attributes that are figures kept of a record: they change beside its version."""
    last_use: str = ""
    """The attribute that tells when it was last used, which is noted beside the record."""
    scopes: Mapping[Verb, Needed] = field(default_factory=dict)
    """What a token needs for a generic verb, where that is not as usual."""
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
    def relations(self) -> dict[str, str]:
        """Names of relationships, each with the attribute that holds the other's id."""
        return {name.removesuffix("_id"): name for name in self.references}

    @property
    def of_work(self) -> frozenset[str]:
        """The attributes that say how a record's work goes."""
        return frozenset({"health", "generation", "work"} if self.works else ())

    @property
    def fields(self) -> frozenset[str]:
        """Every attribute and relationship that an answer may show."""
        shown = frozenset(self.attributes.model_fields) | self.secrets
        working = {"status"} | self.of_work if self.shows_status else set()
        kept = {"created_at", "updated_at", self.owner_field}
        return shown | working | kept | self.relations.keys()

    @property
    def known(self) -> frozenset[str]:
        """Every attribute that exists, the system's own included."""
        shown = frozenset(self.attributes.model_fields) | self.secrets
        working = self.of_work if self.shows_status else set()
        system = {"status", "created_at", "updated_at", self.owner_field}
        return shown | self.writable | system | working
