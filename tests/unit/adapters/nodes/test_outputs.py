"""Lines out of what Docker sends."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.nodes.outputs import KEPT, PIECE, Heads, frames, lines, terminal_frames
from chalicelib.domain.logs import Line

T1, T2, T3 = (f"2026-02-15T10:00:00.00000000{n}Z" for n in (1, 2, 3))


def framed(stream: int, text: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(text).to_bytes(4, "big") + text


def entry(stream: int, at: str, text: bytes) -> bytes:
    return framed(stream, at.encode() + b" " + text)


def read(chunks: Iterable[bytes], *, is_running: bool = True) -> list[Line]:
    return list(lines(frames(chunks), is_running=is_running))


def test_both_streams_are_told_apart() -> None:
    sent = entry(1, T1, b"out\n") + entry(2, T2, b"err \xff\r\n") + entry(1, T3, b"\n")

    assert read([sent]) == [
        Line("stdout", T1, "out"),
        Line("stderr", T2, "err \ufffd"),
        Line("stdout", T3, ""),
    ]


@given(
    st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=50)), max_size=8),
    st.integers(1, 40),
)
def test_frames_do_not_depend_on_how_they_arrive(sent: list[tuple[int, bytes]], size: int) -> None:
    whole = b"".join(framed(stream, text) for stream, text in sent)
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]

    names = {1: "stdout", 2: "stderr"}
    assert list(frames(pieces)) == [(names[stream], text) for stream, text in sent]


def test_long_line_in_pieces_is_one_line_though_the_other_stream_comes_between() -> None:
    sent = entry(1, T1, b"a" * PIECE) + entry(2, T2, b"err\n") + entry(1, T1, b"b\n")

    found = read([sent])

    assert found == [Line("stderr", T2, "err"), Line("stdout", T1, "a" * PIECE + "b")]


def test_line_beyond_all_measure_is_kept_in_part() -> None:
    pieces = [entry(1, T1, b"a" * PIECE) for _ in range(5)] + [entry(1, T1, b"b\n")]

    [line] = read(pieces)

    assert (line.text, line.dropped) == ("a" * KEPT, 3 * PIECE + 2)


def test_line_without_an_end_waits_while_its_container_runs() -> None:
    sent = [entry(1, T1, b"half")]

    assert read(sent) == []
    assert read(sent, is_running=False) == [Line("stdout", T1, "half")]
    assert read([*sent, entry(1, T2, b"next\n")]) == [
        Line("stdout", T1, "half"),
        Line("stdout", T2, "next"),
    ]


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_terminal_is_read_by_lines(size: int) -> None:
    long = T2.encode() + b" " + b"a" * PIECE + T2.encode() + b" bc\r\n"
    whole = T1.encode() + b" one\r\n" + long + T3.encode() + b" " + T1.encode() + b" said\r\n"
    chunks = [whole[start : start + size] for start in range(0, len(whole), size)]

    assert list(lines(terminal_frames(chunks), is_running=True)) == [
        Line("stdout", T1, "one"),
        Line("stdout", T2, "a" * PIECE + "bc"),
        Line("stdout", T3, f"{T1} said"),
    ]


def test_what_has_no_time_is_left_out() -> None:
    assert read([framed(1, b"no time\n"), framed(1, b"")]) == []


def test_beginning_of_each_stream_is_kept() -> None:
    heads = Heads(4)

    heads.take([("stdout", b"abc"), ("stderr", b"x"), ("stdout", b"def")])

    assert (heads.text("stdout"), heads.text("stderr")) == ("abcd", "x")
    assert heads.is_truncated
