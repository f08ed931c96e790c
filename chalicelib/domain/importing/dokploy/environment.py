"""Decides what each entry of a Dokploy environment becomes: a variable, or text in its place."""

from __future__ import annotations

from collections.abc import Iterable

from yaml.nodes import MappingNode, ScalarNode

from chalicelib.domain.compose.interpolation import Malformed, Reference, parse
from chalicelib.domain.importing.document import entries, get, items, put, sequence, take, text_of
from chalicelib.domain.importing.dokploy.entries import SETTINGS, Entry, Unread
from chalicelib.domain.importing.dokploy.values import (
    Pieces,
    Ref,
    Unknown,
    Values,
    bounded,
    compose_text,
    plain_text,
    renamed,
)
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.importing.rewriting import names_in, replace_references, set_text
from chalicelib.domain.importing.services import environment_of, inherited, node_of
from chalicelib.domain.importing.settling import definition
from chalicelib.domain.importing.tidying import services_of
from chalicelib.domain.variables import Definition

_ENV_FILES = {".env", "./.env"}


class Environment:
    """The entries, and the variables and texts that they become."""

    def __init__(self, found: Iterable[Entry | Unread], values: Values) -> None:
        self.values = values
        self.entries: dict[str, Entry] = {}
        self.dropped: list[Dropped] = []
        for one in found:
            if isinstance(one, Unread):
                detail = "This is no variable with a value."
                self.dropped.append(Dropped(f"{SETTINGS}: env: {one.text[:60]}", detail, one.line))
            else:
                self.entries[one.name] = one
        values.taken |= self.entries.keys()
        self.pieces = {name: self._expanded(name, ()) for name in self.entries}
        self.names = self._new_names()
        self.texts = dict(self._texts())
        self.used: set[str] = set()
        """Entries that the compose text reads."""

    def _expanded(self, name: str, above: tuple[str, ...]) -> Pieces:
        """Evaluate an entry; what it says of other entries is filled in."""
        value = self.entries[name].value
        found: list[str | Ref | Unknown] = []
        for piece in self.values.expand(value or "", name):
            is_other = isinstance(piece, Unknown) and piece.name in self.entries
            if isinstance(piece, Unknown) and is_other and piece.name not in (*above, name):
                found += self._expanded(piece.name, (*above, name))
            else:
                found.append(piece)
            bounded(tuple(found))
        return tuple(found)

    def _new_names(self) -> dict[str, str]:
        """Give generated variables the names of the entries that hold nothing else."""
        names: dict[str, str] = {}
        for name, pieces in self.pieces.items():
            only = pieces[0] if len(pieces) == 1 else None
            if isinstance(only, Ref) and only.name in self.values.made and _is_name(name):
                names.setdefault(only.name, name)
        return names

    def _texts(self) -> Iterable[tuple[str, str]]:
        """Give the entries that are written into the text, with their text."""
        for name, pieces in self.pieces.items():
            only = pieces[0] if len(pieces) == 1 else None
            own = isinstance(only, Ref) and self.names.get(only.name) == name
            if not own and (plain_text(pieces) is None or not _is_name(name)):
                yield name, self.content_of(pieces)

    def content_of(self, pieces: Pieces) -> str:
        """Write pieces as compose text; an unknown name becomes a variable that people give."""
        told = []
        for piece in pieces:
            if isinstance(piece, Unknown) and _is_reference(piece.name):
                detail = "The template says nowhere what this is; it is a variable here."
                self.dropped.append(Dropped(f"${{{piece.name}}}", detail))
                told.append(f"${{{piece.name}}}")
            else:
                told.append(compose_text((piece,), self.names))
        return "".join(told)

    def content(self, name: str, text: str) -> str:
        """Write a file's content as compose text; what is unknown in it stays as it is."""
        return compose_text(self.values.expand(text, name), self.names)

    def fill(self, root: MappingNode) -> None:
        """Put texts in the place of entries, also where an env file or a bare name takes them."""
        for _, service in services_of(root):
            self._fill_env_file(service)
            self._fill_bare_names(service)
        self.used |= names_in(root)
        replace_references(root, self._replacement)

    def _replacement(self, reference: Reference) -> str | None:
        text = self.texts.get(reference.name)
        if text is None and reference.name not in self.entries:
            # Some templates refer to a variable that they forgot to put into the environment.
            pieces = self.values.variable(reference.name)
            text = None if pieces is None else compose_text(pieces, self.names)
        return text if reference.operator[-1:] != "+" else None

    def _fill_env_file(self, service: MappingNode) -> None:
        """Write the environment into a service that reads it from the env file."""
        found = inherited(service, "env_file")
        listed = [found] if isinstance(found, ScalarNode) else items(found)
        paths = [text_of(one) or text_of(get(one, "path")) for one in listed]
        if not _ENV_FILES & set(paths):
            return
        others = [one for one, path in zip(listed, paths, strict=True) if path not in _ENV_FILES]
        take(service, "env_file")
        if others:
            put(service, "env_file", sequence(others))
        known = {name for name, _, _ in environment_of(service)}
        missing = {name: f"${{{name}}}" for name in self.entries if name not in known}
        _add_environment(service, missing)

    def _fill_bare_names(self, service: MappingNode) -> None:
        """Give entries that are no variables to the names that stand without a value."""
        for name, value, node in list(environment_of(service)):
            if value is not None or name not in self.entries:
                continue
            self.used.add(name)
            if name in self.texts and isinstance(node, ScalarNode) and node.value == name:
                set_text(node, f"{name}={self.texts[name]}")
            elif name in self.texts:
                _add_environment(service, {name: self.texts[name]})

    def definitions(self) -> list[Definition]:
        """Define what the entries became: generated ones, and those with a text of their own."""
        made = {one.name: one for one in renamed(self.values.made, self.names)}
        for name, entry in self.entries.items():
            text = plain_text(self.pieces[name])
            if name not in self.texts and name not in made and text is not None:
                default = None if entry.value is None else text
                made[name] = definition(
                    name, default, required=entry.required, description=entry.description
                )
        return list(made.values())

    def unused(self) -> list[Dropped]:
        """Tell of the entries that nothing in the compose text reads."""
        detail = "Nothing in the compose text reads this variable."
        return [
            Dropped(f"{SETTINGS}: env.{name}", detail, entry.line)
            for name, entry in self.entries.items()
            if name not in self.used
        ]


def _add_environment(service: MappingNode, values: dict[str, str]) -> None:
    """Add variables to a service's environment, which may be a map, a list or inherited."""
    own = get(service, "environment")
    if own is None and inherited(service, "environment") is not None:
        copied = {name: value for name, value, _ in environment_of(service)}
        put(service, "environment", node_of(copied))
        own = get(service, "environment")
    if own is not None and not isinstance(own, MappingNode):
        pairs = [node_of(f"{name}={value}") for name, value in values.items()]
        put(service, "environment", sequence([*items(own), *pairs]))
        return
    merged = dict(entries(own)) | {name: node_of(value) for name, value in values.items()}
    put(service, "environment", node_of({}))
    target = get(service, "environment")
    assert isinstance(target, MappingNode)  # noqa: S101 - it was put there just now
    for name, node in merged.items():
        put(target, name, node)


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier() and len(text) <= 128


def _is_reference(text: str) -> bool:
    """Whether `${text}` is a reference that compose can read."""
    try:
        parts = parse(f"${{{text}}}")
    except Malformed:
        return False
    return len(parts) == 1 and isinstance(parts[0], Reference)
