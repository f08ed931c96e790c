"""The loose reader agrees with the standard's where that reads, and goes on where it does not."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.importing.dokploy.loose_toml import NotTOML, loads

STANDARD = {
    "empty": "",
    "comments": "# nothing\n\n  # more\n",
    "kinds": 'a = 1\nb = -2\nc = 1_000\nd = 0xff\ne = 1.5\nf = 2e3\ng = true\nh = false\ni = "x"\n',
    "strings": "a = 'C:\\x'\nb = \"tab\\t\\\"q\\\" \\u00e9\"\nc = '''one\ntwo'''\n",
    "long": 'a = """\nfirst line \\\n    joined\nlast"""\nb = """ends in a quote""""\n',
    "escaped_backslash": 'a = """\n\\\\set x `echo "$Y"`\n"""\n',
    "tables": "[a]\nx = 1\n[a.b]\ny = 2\n[c.d.e]\nz = 3\n",
    "arrays_of_tables": "[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[a.b.c]\ny = 3\n[a]\nz = 4\n",
    "dotted": 'a.b.c = 1\na."d.e" = 2\n"quoted key" = 3\n',
    "arrays": "a = [1, 2,\n 3, # three\n]\nb = [['x'], []]\nc = []\n",
    "inline": 'a = { x = 1, y = { z = "}" } }\nb = {}\n',
    "windows": "a = 1\r\nb = '''x\r\ny'''\r\n",
    "array_ends_empty": "[[a]]\nx = 1\n[[a]]",
}


@pytest.mark.parametrize("text", STANDARD.values(), ids=STANDARD)
def test_what_the_standard_reads_is_read_the_same(text):
    assert loads(text) == tomllib.loads(text)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x7f", min_codepoint=32))


@given(st.lists(WORDS, max_size=4))
def test_any_text_survives_in_a_literal_or_an_escaped_string(words):
    lines = []
    for number, word in enumerate(words):
        escaped = word.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'k{number} = "{escaped}"')
        lines.append(f'l{number} = """\n{escaped}"""')
    text = "\n".join(lines)

    assert loads(text) == tomllib.loads(text)


LOOSE = {
    "a comma is missing": ("a = ['x',\n'y'\n'z']", {"a": ["x", "y", "z"]}),
    "an inline table over lines": ("a = {\n x = 1,\n y = 2,\n}", {"a": {"x": 1, "y": 2}}),
    "an unknown escape": ('a = "^\\d+\\.$"', {"a": "^\\d+\\.$"}),
    "a code that is none": ('a = "\\u12"', {"a": "\\u12"}),
    "a key twice": ("a = 1\na = 2", {"a": 2}),
    "a table twice": ("[a]\nx = 1\n[b]\n[a]\ny = 2", {"a": {"x": 1, "y": 2}, "b": {}}),
    "a list and a table": ("env = ['A=1']\n[env]\nB = '2'", {"env": ["A=1", {"B": "2"}]}),
    "an empty list and a table": ("env = []\n[env]\nB = '2'", {"env": {"B": "2"}}),
    "no quotes": ("a = some words # why\nb = 12 apples", {"a": "some words", "b": "12 apples"}),
    "leading zeros": ("a = 007", {"a": "007"}),
    "signs in a key": ("A/B = 'x'\nc:d = 'y'", {"A/B": "x", "c:d": "y"}),
    "a mark of bytes": ("\ufeffa = 1", {"a": 1}),
}


@pytest.mark.parametrize(("text", "found"), LOOSE.values(), ids=LOOSE)
def test_what_catalogues_write_beyond_the_standard_is_read(text, found):
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)

    assert loads(text) == found


NONE_AT_ALL = {
    "no value": ("a = 1\nb =\n", 2, "a value is expected"),
    "no equals sign": ("a = 1\n\nwords here\n", 3, "“=” is expected behind words"),
    "an open string": ('a = "x\nb = 1', 1, 'no closing "'),
    "an open long string": ('a = """x\nb = 1', 1, "no closing"),
    "an open array": ("a = [1,\n2\n", 3, "not closed with ]"),
    "an open inline table": ("a = { x = 1", 1, "not closed with }"),
    "an open header": ("[a\nb = 1", 1, "ends with ]"),
    "two values": ('a = "x" "y"', 1, "does not belong"),
    "no key": ("= 1", 1, "a key is expected"),
    "too deep": ("a = " + "[" * 40, 1, "nested"),
}


@pytest.mark.parametrize(("text", "line", "told"), NONE_AT_ALL.values(), ids=NONE_AT_ALL)
def test_what_is_no_toml_is_told_with_its_line(text, line, told):
    with pytest.raises(NotTOML) as caught:
        loads(text)

    assert (caught.value.line, told in str(caught.value)) == (line, True)


def test_keys_and_tables_know_their_lines():
    read = loads("[a]\nx = 1\n\n[[b]]\ny = '''\n\n'''\nz = 2\n")

    assert read["a"].lines == {"x": 2}
    assert (read["b"][0].line, read["b"][0].lines) == (4, {"y": 5, "z": 8})


def test_a_value_in_the_way_of_a_table_gives_way():
    assert loads("a = 1\na.b = 2") == {"a": {"b": 2}}
