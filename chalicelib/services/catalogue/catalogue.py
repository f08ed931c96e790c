"""The catalogue's index: kept as one immutable object, and a small record that points to it.

One writer makes it anew when something published changes. A reader keeps it as long as the
pointer stays.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable

from chalicelib.domain.catalogue import Catalogue, Entry, entry_of
from chalicelib.domain.errors import Contended, Stale, Unavailable
from chalicelib.engine.visibility import can_see
from chalicelib.ports.records import Change, Create, Record, Selection
from chalicelib.resources.templates import TEMPLATES
from chalicelib.services.counters import ran_keys
from chalicelib.services.tools import Tools

FOLDER = QUEUE = "catalogue"
POINTER = "catalogue"
PAGE = 1000
TRIES = 5
_KEPT: dict[str, Catalogue] = {}
"""The index that this process read last, by its address."""


def changed(tools: Tools, template: Record) -> None:
    """Tell the writer that a published template changed, or one that was published."""
    try:
        tools.queue(QUEUE).send({"templates": [template.id]})
    except Unavailable:
        # The change itself is written; the hourly rebuild brings it into the index.
        return


def ask_for_all(tools: Tools) -> None:
    """Have the writer make the whole index anew. Raises `Unavailable`."""
    tools.queue(QUEUE).send({"all": True})


def read(tools: Tools) -> Catalogue:
    """Read the present index; one that was never written, or is lost, is made on the spot."""
    pointer = tools.records().get(POINTER)
    if pointer is None:
        return _made(tools)
    try:
        return _at(tools, pointer.attributes["address"])
    except Unavailable as error:
        if error.error_code != "content_lost":
            raise
        return _made(tools)


def forget() -> None:
    """Forget the index that this process keeps."""
    _KEPT.clear()


def _at(tools: Tools, address: str) -> Catalogue:
    if address not in _KEPT:
        found = Catalogue.load(gzip.decompress(tools.contents(FOLDER).get(address)))
        _KEPT.clear()
        _KEPT[address] = found
    return _KEPT[address]


def rebuild(tools: Tools) -> int:
    """Make the index anew from the store, every popularity included; returns its size."""
    return _write(tools, lambda _present: _made(tools))


def refresh(tools: Tools, template_ids: Iterable[str]) -> int:
    """Bring templates into the index as they are now, or out of it; returns its size.

    Raises `Contended` when other writers keep coming between.
    """
    wanted = tuple(dict.fromkeys(template_ids))

    def fresh(present: Catalogue | None) -> Catalogue:
        if present is None:
            return _made(tools)
        found = tools.records().get_many(wanted)
        shown = [record for record in found.values() if can_see(TEMPLATES, record, None)]
        entries = {k: v for k, v in present.entries.items() if k not in wanted}
        entries |= {entry.id: entry for entry in _entries(tools, shown)}
        return Catalogue(entries.values())

    return _write(tools, fresh)


def _write(tools: Tools, make: Callable[[Catalogue | None], Catalogue]) -> int:
    """Write an index made from the present one, and move the pointer unless it moved."""
    for _ in range(TRIES):
        pointer = tools.records().get(POINTER)
        made = make(_present(tools, pointer))
        # Also when it did not change: keeping it again renews its age.
        address = tools.contents(FOLDER).put(gzip.compress(made.dump(), mtime=0))
        if pointer is not None and pointer.attributes["address"] == address:
            return len(made.entries)
        try:
            _point(tools, pointer, address)
        except Stale:
            continue
        return len(made.entries)
    raise Contended("The catalogue changes again and again.")


def _present(tools: Tools, pointer: Record | None) -> Catalogue | None:
    if pointer is None:
        return None
    try:
        return _at(tools, pointer.attributes["address"])
    except Unavailable as error:
        if error.error_code != "content_lost":
            raise
        return None


def _point(tools: Tools, pointer: Record | None, address: str) -> None:
    """Move the pointer. Raises `Stale` when somebody else moved it meanwhile."""
    now = tools.now()
    if pointer is None:
        made = Record(
            id=POINTER,
            type="indexes",
            owner="hoster",
            status="present",
            created_at=now,
            updated_at=now,
            attributes={"address": address},
        )
        tools.records().commit(Create(made))
    else:
        move = Change(of=pointer, attributes={"address": address}, if_version=pointer.version)
        tools.records().change(move)


def _made(tools: Tools) -> Catalogue:
    """Make an index of everything that is public."""
    entries: list[Entry] = []
    after: str | None = None
    while True:
        page = tools.records().select(
            Selection(TEMPLATES.name, public=True), limit=PAGE, after=after, before=None
        )
        entries += _entries(tools, page.records)
        after = page.after
        if after is None:
            return Catalogue(entries)


def _entries(tools: Tools, templates: Iterable[Record]) -> list[Entry]:
    """Make entries, each with how many living apps of the template ran once."""
    records = list(templates)
    keys = tuple(key for record in records for key in ran_keys(record.id))
    counted = tools.records().counters(keys)
    return [
        entry_of(
            record.id,
            record.attributes,
            record.created_at,
            max(0, int(sum(counted[key] for key in ran_keys(record.id)))),
        )
        for record in records
    ]
