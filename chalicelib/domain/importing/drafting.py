"""What all importers do at the end: names that fit, variables in the text's order, data volumes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from yaml.nodes import MappingNode

from chalicelib.domain.compose.interpolation import Filler, Reference, parse
from chalicelib.domain.compose.wanted import Wanted, wanted_variables
from chalicelib.domain.importing.document import get, items, text_of
from chalicelib.domain.importing.tidying import mount_sources, services_of
from chalicelib.domain.variables import Definition

MAX_NAME = 100
MAX_TAGS = 20
_OTHER = re.compile(r"[^A-Za-z0-9 -]+")
_CACHE = re.compile(r"(?:^|[/_.-])(?:cache|tmp|temp|logs?|run)(?:$|[/_.-])", re.IGNORECASE)
_PATTERN = re.compile(r"/(?P<body>.*)/(?P<flags>[a-z]*)\Z", re.DOTALL)


def template_name(text: str) -> str:
    """Make a name that a template may have: letters, digits, blanks and hyphens."""
    flat = unicodedata.normalize("NFKD", text.replace("&", " and "))
    plain = "".join(letter for letter in flat if not unicodedata.combining(letter))
    words = " ".join(_OTHER.sub(" ", plain).split())[:MAX_NAME].strip(" -")
    return words if len(words) >= 3 else f"{words or 'imported'} app"


def title_of(path: str) -> str:
    """Make a name of a file's: what stands before its last dot, hyphens as blanks."""
    stem = path.rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]
    return template_name(" ".join(word.capitalize() for word in re.split(r"[-_ ]+", stem) if word))


def tags_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Make tags: trimmed, each once in whatever case, at most 40 characters and 20 of them."""
    found: dict[str, str] = {}
    for text in texts:
        tag = "".join(letter for letter in text.strip() if letter.isprintable())[:40].strip()
        if tag:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:MAX_TAGS]


def one_line(text: str, most: int) -> str:
    """Bring a text onto one line of at most so many characters."""
    return " ".join(text.split())[:most]


def variables_of(text: str, made: Mapping[str, Definition]) -> tuple[Definition, ...]:
    """Define every variable that a compose text refers to: as `made` says, else as the text does.

    Of `made`, those come too that sign a token among the others. Raises `InvalidPlan` for a text
    that cannot be read.
    """
    found: dict[str, Definition] = {}
    for wanted in wanted_variables(text):
        found[wanted.name] = made.get(wanted.name) or _definition(wanted)
    for one in tuple(found.values()):
        signer = one.generator.secret if one.generator is not None else ""
        if signer in made:
            found.setdefault(signer, made[signer])
    return tuple(found.values())


def _definition(wanted: Wanted) -> Definition:
    """Define a variable as the text that refers to it tells."""
    default = wanted.default
    required = wanted.required or (default is None and bool(wanted.uses) and _must(wanted))
    return Definition(
        wanted.name,
        type=wanted.type,
        default=default if default and not required else None,
        required=required,
    )


def _must(wanted: Wanted) -> bool:
    """Whether an app cannot do without a value: of what is no setting but a part of the plan."""
    return any(use.group != "environment" and use.key != "environment" for use in wanted.uses)


def data_volumes(root: MappingNode) -> tuple[str, ...]:
    """List the named and relative mounts that look as if they held what must not be lost."""
    found: dict[str, bool] = {}
    for _, service in services_of(root):
        for node, source, target, _ in mount_sources(service):
            is_read_only = text_of(get(node, "read_only")) == "true" or _says_ro(text_of(node))
            if source.startswith(("/", "~", "$")) or is_read_only or get(node, "content"):
                continue
            is_file = "." in target.rpartition("/")[2] and source.startswith(".")
            if not is_file and not _CACHE.search(target):
                found[source] = True
    return tuple(found)


def _says_ro(text: str) -> bool:
    return "ro" in text.split(":")[2:]


def references(text: str) -> list[Reference]:
    """List every reference of a value, those within defaults too. Raises `Malformed`."""
    waiting, found = list(parse(text)), []
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, Reference):
            found.append(part)
            waiting.extend(part.word)
    return found


def pattern_of(text: str) -> str:
    """Make a pattern for whole values of one of JavaScript's, `/…/flags` or bare.

    Such a pattern is searched for, ours has to fit the whole value.
    """
    written = _PATTERN.match(text)
    body, flags = (written["body"], written["flags"]) if written else (text, "")
    begins, ends = body.startswith("^"), body.endswith("$") and not body.endswith("\\$")
    inner = body[1 if begins else 0 : -1 if ends else None]
    if begins and ends and _alternatives(inner) == 1:
        whole = inner
    else:
        whole = f"[\\s\\S]*?(?:{body})[\\s\\S]*"
    return f"(?i:{whole})" if "i" in flags else whole


def _alternatives(body: str) -> int:
    """Count the alternatives at a pattern's outermost level."""
    depth, count, position = 0, 1, 0
    while position < len(body):
        letter = body[position]
        if letter == "\\":
            position += 1
        elif letter == "[":
            closing = body.find("]", position + 2)
            position = closing if closing > 0 else len(body)
        else:
            depth += (letter == "(") - (letter == ")")
            count += letter == "|" and depth == 0
        position += 1
    return count


def rendered(text: str) -> str:
    """Fill a text in without any variable, as for a default that is shown."""
    return Filler({}, lenient=True).fill(text)


def names_in(node: object) -> list[str]:
    """List the texts of a list node's items."""
    return [text_of(item) for item in items(node)]  # type: ignore[arg-type]  # any node will do
