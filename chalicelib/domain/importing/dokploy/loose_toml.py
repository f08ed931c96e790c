"""Reads TOML as catalogues have it, which is not always TOML 1.0, and remembers lines.

Beyond the standard it takes a missing comma between an array's values, newlines and a last comma
in inline tables, unknown escapes (kept as they stand), keys and tables that stand twice (the last
value wins, tables are joined), and values without quotes. What cannot be read at all is an error
with its line.
"""

from __future__ import annotations

import re
from typing import Any

MAX_DEPTH = 16
_BARE_KEY = re.compile(r"[^\s=.\[\]{}\"'#,]+")
_SPACE = re.compile(r"[ \t]*")
_NEWLINES = re.compile(r"(?:\s|#[^\n]*)*")
_LOOSE = re.compile(r"[^\s,\]}#][^\n,\]}#]*")
_INTEGER = re.compile(r"[+-]?(?:0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*)", re.ASCII)
_FLOAT = re.compile(r"[+-]?[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][+-]?[0-9_]+)?", re.ASCII)
_WORDS: dict[str, Any] = {"true": True, "false": False}
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_CODES = {"u": 4, "U": 8, "x": 2}
_FOLDED = re.compile(r"[ \t]*\n\s*")
_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)


class NotTOML(ValueError):
    """Text that even loosely is no TOML; `line` counts from 1."""

    def __init__(self, detail: str, line: int) -> None:
        super().__init__(detail)
        self.line = line


class Table(dict[str, Any]):
    """A table; `lines` tells where each of its keys stands, `line` where it begins itself."""

    def __init__(self, line: int = 1) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def put(self, key: str, value: Any, line: int) -> None:
        """Set a key's value; the first line stays."""
        self[key] = value
        self.lines.setdefault(key, line)


def loads(text: str) -> Table:
    """Read a document. Raises `NotTOML`."""
    return _Reader(text.removeprefix("\ufeff").replace("\r\n", "\n")).document()


class _Reader:
    """Walks through one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.counted_to = 0
        self.counted = 1

    @property
    def line(self) -> int:
        """The line that is being read; lines are counted once each."""
        if self.at < self.counted_to:
            self.counted_to, self.counted = 0, 1
        self.counted += self.text.count("\n", self.counted_to, self.at)
        self.counted_to = self.at
        return self.counted

    def fail(self, detail: str) -> NotTOML:
        """Make the error of this place."""
        return NotTOML(detail, self.line)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Go past what a pattern matches, which may be nothing."""
        if found := pattern.match(self.text, self.at):
            self.at = found.end()

    def take(self, word: str) -> bool:
        """Go past a word if it stands here."""
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def document(self) -> Table:
        """Read all statements."""
        root = Table()
        current = root
        self.skip(_NEWLINES)
        while self.at < len(self.text):
            if self.take("[["):
                current = self.header(root, "]]", of_array=True)
            elif self.take("["):
                current = self.header(root, "]", of_array=False)
            else:
                self.pair(current, 0)
            self.end_of_line()
            self.skip(_NEWLINES)
        return root

    def end_of_line(self) -> None:
        """Demand that nothing follows on the line but a comment."""
        self.skip(_SPACE)
        if self.at < len(self.text) and self.text[self.at] not in "\n#":
            rest = self.text[self.at : self.at + 30].partition("\n")[0]
            detail = f"“{rest}” does not belong behind what stands before it"
            raise self.fail(detail)

    def header(self, root: Table, end: str, *, of_array: bool) -> Table:
        """Read the name of a table, and give the table that begins."""
        line, path = self.line, self.path()
        self.skip(_SPACE)
        if not self.take(end):
            detail = f"the name of a table ends with {end}"
            raise self.fail(detail)
        where = self.inside(root, path[:-1], line)
        last = path[-1]
        known = where.get(last)
        if of_array:
            fresh = Table(line)
            where.put(last, [*known, fresh] if isinstance(known, list) else [fresh], line)
            return fresh
        if isinstance(known, Table):
            return known
        fresh = Table(line)
        # A list that becomes a table keeps what it has: both are what the author wants.
        where.put(last, [*known, fresh] if isinstance(known, list) and known else fresh, line)
        return fresh

    def inside(self, table: Table, path: list[str], line: int) -> Table:
        """Follow a path to a table, which is made where there is none."""
        for key in path:
            value = table.get(key)
            if isinstance(value, list) and value and isinstance(value[-1], Table):
                value = value[-1]
            elif not isinstance(value, Table):
                value = Table(line)
                table.put(key, value, line)
            table = value
        return table

    def path(self) -> list[str]:
        """Read a key, which may have dots."""
        keys = [self.key()]
        self.skip(_SPACE)
        while self.take("."):
            self.skip(_SPACE)
            keys.append(self.key())
            self.skip(_SPACE)
        return keys

    def key(self) -> str:
        """Read one part of a key."""
        self.skip(_SPACE)
        if self.text.startswith(('"', "'"), self.at):
            return self.string()
        if found := _BARE_KEY.match(self.text, self.at):
            self.at = found.end()
            return found.group()
        detail = "a key is expected here"
        raise self.fail(detail)

    def pair(self, table: Table, depth: int) -> None:
        """Read `key = value` into a table."""
        line, path = self.line, self.path()
        self.skip(_SPACE)
        if not self.take("="):
            detail = f"“=” is expected behind {'.'.join(path)[:60]}"
            raise self.fail(detail)
        self.skip(_SPACE)
        value = self.value(depth)
        self.inside(table, path[:-1], line).put(path[-1], value, line)

    def value(self, depth: int) -> Any:
        """Read a value of any kind."""
        if depth > MAX_DEPTH:
            detail = f"values are nested more than {MAX_DEPTH} levels deep"
            raise self.fail(detail)
        if self.text.startswith(('"', "'"), self.at):
            return self.string()
        if self.take("["):
            return self.array(depth)
        if self.take("{"):
            return self.inline(depth)
        if found := _LOOSE.match(self.text, self.at):
            self.at = found.end()
            return _plain(found.group().rstrip())
        detail = "a value is expected here"
        raise self.fail(detail)

    def array(self, depth: int) -> list[Any]:
        """Read values up to the closing bracket."""
        values: list[Any] = []
        while not self.closes("]", "an array"):
            values.append(self.value(depth + 1))
            self.skip(_NEWLINES)
            self.take(",")
        return values

    def inline(self, depth: int) -> Table:
        """Read pairs up to the closing brace."""
        table = Table(self.line)
        while not self.closes("}", "an inline table"):
            self.pair(table, depth + 1)
            self.skip(_NEWLINES)
            self.take(",")
        return table

    def closes(self, end: str, what: str) -> bool:
        """Whether something ends here. Raises `NotTOML` at the end of the text."""
        self.skip(_NEWLINES)
        if self.at >= len(self.text):
            detail = f"{what} is not closed with {end}"
            raise self.fail(detail)
        return self.take(end)

    def string(self) -> str:
        """Read a string of any of the four kinds."""
        quote = self.text[self.at]
        if self.take(quote * 3):
            self.take("\n")
            return self.long_string(quote)
        self.at += 1
        begun, end = self.at, self.at
        while end < len(self.text) and self.text[end] != quote:
            if self.text[end] == "\n":
                break
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        if end >= len(self.text) or self.text[end] != quote:
            detail = f"a string has no closing {quote}"
            raise self.fail(detail)
        self.at = end + 1
        raw = self.text[begun:end]
        return raw if quote == "'" else _unescaped(raw)

    def long_string(self, quote: str) -> str:
        """Read up to three quotes; one or two more belong to the string."""
        begun, end = self.at, self.at
        while not self.text.startswith(quote * 3, end):
            if end >= len(self.text):
                detail = f"a string has no closing {quote * 3}"
                raise self.fail(detail)
            end += 2 if quote == '"' and self.text[end] == "\\" else 1
        run = len(self.text) - end - len(self.text[end:].lstrip(quote))
        end += min(run - 3, 2)
        self.at = end + 3
        raw = self.text[begun:end]
        return raw if quote == "'" else _unescaped(raw)


def _plain(word: str) -> Any:
    """Give what a value without quotes means; text where it is nothing else."""
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        digits = word.replace("_", "")
        leading_zero = re.fullmatch(r"[+-]?0[0-9]+", digits, re.ASCII)
        return word if leading_zero or len(digits) > 20 else int(digits, 0)
    if _FLOAT.fullmatch(word):
        return float(word.replace("_", ""))
    return word


def _unescaped(raw: str) -> str:
    """Resolve escapes; one that TOML does not know stands for itself."""
    parts, at = [], 0
    while (mark := raw.find("\\", at)) >= 0:
        parts.append(raw[at:mark])
        piece, at = _escape(raw, mark + 1)
        parts.append(piece)
    return "".join([*parts, raw[at:]])


def _escape(raw: str, at: int) -> tuple[str, int]:
    letter = raw[at : at + 1]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter], at + 1
    if found := _FOLDED.match(raw, at):
        return "", found.end()
    if letter in _CODES:
        digits = raw[at + 1 : at + 1 + _CODES[letter]]
        if len(digits) == _CODES[letter] and _HEX.fullmatch(digits):
            code = int(digits, 16)
            if code < 0x110000 and not 0xD800 <= code < 0xE000:
                return chr(code), at + 1 + len(digits)
    return "\\", at
