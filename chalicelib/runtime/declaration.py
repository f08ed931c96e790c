"""What a Lambda declares about itself: from it come its route, role, memory and documentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from chalicelib.domain.scopes import Needed, usual
from chalicelib.engine.resource import Resource

Access = Literal["anyone", "member", "owner"]
"""Who may call: everybody, who is signed in, or only the owner of the resource in the path."""

Layer = Literal["crypto", "nodes", "clouds", "acme", "dns", "stripe", "pdf"]
Handler = Callable[[dict[str, Any], Any], Any]


@dataclass(frozen=True)
class Need:
    """AWS actions on one kind of thing, named by `names`: tables, machines, folders of contents."""

    kind: Literal[
        "read",
        "write",
        "walk",
        "start",
        "watch",
        "list",
        "seal",
        "open",
        "fetch",
        "keep",
        "send",
        "invoke",
        "zone",
        "secret",
        "mail",
        "told",
        "archive",
    ]
    names: tuple[str, ...] = ()


def reads(*tables: str) -> Need:
    """Read items of the named tables and their indexes."""
    return Need("read", tables)


def writes(*tables: str) -> Need:
    """Put, update and delete items of the named tables."""
    return Need("write", tables)


def walks(*tables: str) -> Need:
    """Read whole tables, a page at a time: what no request may do."""
    return Need("walk", tables)


def starts(*machines: str) -> Need:
    """Start executions of the named machines."""
    return Need("start", machines)


def watches(*machines: str) -> Need:
    """Read executions of the named machines."""
    return Need("watch", machines)


def lists(*machines: str) -> Need:
    """List the executions of the named machines."""
    return Need("list", machines)


def fetches(*folders: str) -> Need:
    """Read contents of the named folders."""
    return Need("fetch", folders)


def keeps(*folders: str) -> Need:
    """Put contents into the named folders."""
    return Need("keep", folders)


def sends(*queues: str) -> Need:
    """Send messages to the named queues."""
    return Need("send", queues)


def invokes(*calls: str) -> Need:
    """Ask the named called functions."""
    return Need("invoke", calls)


def knows(*secrets: str) -> Need:
    """Read the named secrets of the installation, as whoever installs it keeps them."""
    return Need("secret", secrets)


def told(*settings: str) -> Need:
    """Be told settings that only some functions get; it opens nothing."""
    return Need("told", settings)


MAILS = Need("mail")
"""Send letters from the installation's address."""
SENDS_ARCHIVES = Need("archive", ("put", "get", "delete"))
"""Have servers put archives into their bucket, prove what came, and take back what did not."""
FETCHES_ARCHIVES = Need("archive", ("get",))
"""Let archives be fetched: a link allows what its signer may do."""
REMOVES_ARCHIVES = Need("archive", ("delete",))
"""Remove archives for good."""
ZONES = Need("zone")
"""Write records that prove names into the installation's own DNS zone."""
SEALS = Need("seal")
"""Encrypt secrets."""
OPENS = Need("open")
"""Decrypt secrets."""
MAKES_APPS = (
    reads("resources", "reservations"),
    fetches("contents"),
    writes("resources", "reservations", "journal", "money"),
    SEALS,
)
"""Make deployments: planned of a version's texts, with sealed values, told to the meter."""


@dataclass(frozen=True)
class Shape:
    """What a good answer holds, where that is not the operation's own resource.

    Kinds are pydantic models, or TypedDicts of typing_extensions, which cost no import time.
    """

    type: str = ""
    """The JSON:API type of its resource objects; empty for a plain document."""
    attributes: Any = None
    """The kind of their attributes, or of a plain document; None where it is left open."""
    many: bool = False
    paged: bool = False
    """Whether it is a page with links and `meta.limit`."""
    flat: bool = False
    """Whether the attributes stand beside `attributes` as well."""
    meta: Any = None
    """The kind of the document's `meta`, if it has one."""
    media_type: str = "application/vnd.api+json"
    tagged: bool = False
    """Whether it carries an `ETag` of its own and `If-None-Match` is looked at."""


def one(type_name: str, attributes: Any, *, flat: bool = False, meta: Any = None) -> Shape:
    """Answer with one resource object."""
    return Shape(type_name, attributes, flat=flat, meta=meta)


def many(
    type_name: str,
    attributes: Any,
    *,
    flat: bool = False,
    paged: bool = False,
    meta: Any = None,
) -> Shape:
    """Answer with a list of resource objects."""
    return Shape(type_name, attributes, many=True, flat=flat, paged=paged, meta=meta)


def plain(
    kind: Any, *, media_type: str = "application/vnd.api+json", tagged: bool = False
) -> Shape:
    """Answer with an object that is no JSON:API document."""
    return Shape(attributes=kind, media_type=media_type, tagged=tagged)


@dataclass(frozen=True)
class Rate:
    """How often one caller may do something: so many at once, and so many a minute for long."""

    burst: int
    per_minute: int


@dataclass(frozen=True)
class Repeats:
    """How an answer is repeated to a request that comes again with its `Idempotency-Key`."""

    seconds: int = 86_400
    """For how long; after that the request is done anew."""
    without: tuple[str, ...] = ()
    """Attributes that are not kept: a repeat shows null."""
    at_most_once: bool = False
    """Whether what ended without an answer is not done again either: it may have been done."""


@dataclass(frozen=True)
class Declaration:
    """One Lambda. Memory in MB, timeout in seconds."""

    memory: int = 256
    timeout: int = 15
    needs: tuple[Need, ...] = ()
    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class Operation(Declaration):
    """A Lambda behind a route of the API."""

    method: str = "GET"
    path: str = ""
    access: Access = "owner"
    scope: Needed | None = None
    """What a token needs for it, where that is not as usual."""
    resource: Resource | None = None
    body: type[BaseModel] | None = None
    success: int = 200
    query: tuple[str, ...] = ()
    """Query words that it knows; lists read their own."""
    answers: Shape | None = None
    """What a good answer holds; None for the resource, or nothing after a 204."""
    meta: Any = None
    """The kind of a list's `meta`, where it tells more than other lists do."""
    verb: str = ""
    """The generic verb that it serves; empty for an action."""
    related: Mapping[str, Resource] = field(default_factory=dict)
    """Resources by name that `include` may bring along; empty where nothing is included."""
    rate: Rate | None = None
    """How often one caller may do it; None for what costs little."""
    shows_secret: bool = False
    """Whether its first answer holds a secret that is never shown again."""
    repeats: Repeats = Repeats()
    reads_body: bool = True
    """Whether the body means anything; where it does not, it may be of any kind."""
    while_closing: bool = False
    """Whether it may be asked of an account that is being closed, although it is no GET or DELETE:
    it takes along, pays, stops, or helps to remove."""

    @property
    def begins(self) -> bool:
        """Whether it may make or start something of an account's."""
        changes = self.method in {"POST", "PATCH", "PUT"} and self.access != "anyone"
        return changes and not self.while_closing

    @property
    def takes_tokens(self) -> bool:
        """Whether it may be asked by a token: what is open and of no resource asks who nobody."""
        return self.access != "anyone" or self.resource is not None

    @property
    def needed_scope(self) -> Needed:
        """What a token needs for it."""
        of_verb = self.resource.scopes.get(self.verb) if self.resource else None  # type: ignore[call-overload]
        return self.scope or of_verb or usual(self.method)

    @property
    def is_repeatable(self) -> bool:
        """Whether it honours `Idempotency-Key`: every POST of a member's does."""
        return self.method == "POST" and self.access != "anyone"

    @property
    def tagged(self) -> bool:
        """Whether it looks at `If-None-Match`: where all that it shows is told by the version."""
        of = self.resource
        beside = of is not None and bool(of.counters or of.aside)
        return (self.verb == "get" and not beside) or bool(self.answers and self.answers.tagged)

    @property
    def shows(self) -> Resource | None:
        """The resource whose records a good answer holds, if it holds any."""
        return None if self.answers or self.success == 204 else self.resource

    @property
    def is_action(self) -> bool:
        """Whether it is done to a record, beside the five verbs."""
        return self.path.count("/") > 3 or (self.method == "POST" and "{id}" in self.path)


@dataclass(frozen=True)
class Step(Declaration):
    """A Lambda behind a Task of a state machine."""

    undoes: bool = False
    """Whether it compensates: it runs although the work was cancelled."""
    usual_seconds: float = 1.0
    within: float = 0.0
    """How long, in seconds, it may be asked again and again without getting on."""
    at_most: float = 0.0
    """How long altogether, of one that tells how far it is; 0 for as long as `within`."""
    closely: bool = False
    """Whether it is looked at often, since somebody's app is away meanwhile."""

    @property
    def longest(self) -> float:
        """How long it may wait at most, in seconds."""
        return self.at_most or self.within


@dataclass(frozen=True)
class Called(Declaration):
    """A Lambda without a route, that other functions ask and wait for."""

    asks: type[BaseModel] = BaseModel
    """What it is asked."""


@dataclass(frozen=True)
class Schedule(Declaration):
    """A Lambda that EventBridge calls again and again."""

    every: str = "rate(1 minute)"


@dataclass(frozen=True)
class Event(Declaration):
    """A Lambda that an EventBridge pattern calls."""

    pattern: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Consumer(Declaration):
    """A Lambda that takes the messages of a queue, many at a time.

    It returns `batchItemFailures` with the messages that are to be delivered again.
    """

    queue: str = ""
    batch: int = 1000
    """The most messages of one call."""
    gather: int = 1
    """Seconds that messages are gathered for one call."""
    at_once: int | None = None
    """The most calls at the same time; None leaves that to Lambda."""


_ACRONYMS = {"Ssh": "SSH"}


def state_name(module: str) -> str:
    """The state that a step's module serves: its last part in PascalCase."""
    words = (part.title() for part in module.rsplit(".", 1)[1].split("_"))
    return "".join(_ACRONYMS.get(word, word) for word in words)


ANY = "ANY"
"""The method of the one operation that answers what no other serves."""

AnyDeclaration = Operation | Step | Called | Schedule | Event | Consumer


def declared(handler: Handler) -> tuple[AnyDeclaration, ...]:
    """Read what a handler declares; a generic one declares once per resource."""
    found: tuple[AnyDeclaration, ...] = getattr(handler, "declarations", ())
    return found
