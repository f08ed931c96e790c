"""How values are said, and how values of variables are read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from hoster_cli import timeline, variables, words
from hoster_cli.errors import Misused
from hoster_cli.show import coloured, plain

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (None, None, "-"),
        (0, "usd", "0.00 USD"),
        (123_456, None, "1,234.56"),
        (-5, "eur", "-0.05 EUR"),
    ],
)
def test_money(cents: int | None, currency: str | None, text: str) -> None:
    assert words.money(cents, currency) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "-"),
        ("2026-11-30T11:59:30Z", "just now"),
        ("2026-11-30T11:15:00Z", "45 min ago"),
        ("2026-11-30T09:00:00Z", "3 h ago"),
        ("2026-11-20T09:00:00Z", "10 d ago"),
    ],
)
def test_how_long_ago(text: str | None, said: str) -> None:
    assert words.ago(text, NOW) == said


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", "2026-11-30T11:58:30Z"),
        ("10m", "2026-11-30T11:50:00Z"),
        ("2h", "2026-11-30T10:00:00Z"),
        ("3d", "2026-11-27T12:00:00Z"),
        ("2026-11-30T12:00:00+02:00", "2026-11-30T10:00:00Z"),
    ],
)
def test_since(text: str, moment: str) -> None:
    assert words.since(text, NOW) == moment


def test_since_that_is_no_time() -> None:
    with pytest.raises(Misused, match="yesterday is no time"):
        words.since("yesterday")


@pytest.mark.parametrize(
    ("count", "text"), [(0.31, "0.3 s"), (42, "42 s"), (119, "119 s"), (150, "2 min 30 s")]
)
def test_seconds(count: float, text: str) -> None:
    assert words.seconds(count) == text


def test_step_without_words_is_called_by_its_own_name() -> None:
    assert words.step("PullImages") == "Pull images"
    assert words.step("WashTheCar") == "Wash the car"


def test_values_of_a_file_and_single_ones(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# a comment\nA=1\nexport B="two words"\nC=$A\nD=\n')

    found = variables.given(["A=3", "E=x=y"], str(file))

    assert found == {"A": "3", "B": "two words", "C": "$A", "D": "", "E": "x=y"}


@pytest.mark.parametrize("pairs", [["A"], ["=1"]])
def test_value_without_a_name_or_sign(pairs: list[str]) -> None:
    with pytest.raises(Misused, match="has no value"):
        variables.given(pairs, None)


def test_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "bare").write_text("A\n")

    with pytest.raises(Misused, match="cannot be read"):
        variables.given(None, str(tmp_path / "none"))
    with pytest.raises(Misused, match="gives no value for A"):
        variables.given(None, str(tmp_path / "bare"))


def test_texts_of_others_do_not_steer_the_terminal() -> None:
    assert plain("a\x1b[2Jb\x1b]0;title\x07c\r\n") == "abc\n"
    assert coloured("\x1b[31mred\x1b[0m\x1b[1A\x9b2J") == "\x1b[31mred\x1b[0m2J"


def test_live_timeline_shows_what_is_done_what_goes_on_and_what_is_usual() -> None:
    def step(name: str, state: str, begun: str | None, ended: str | None, **more: object) -> dict:
        return {
            "name": name,
            "state": state,
            "started_at": begun,
            "ended_at": ended,
            "usual_seconds": 20.0,
            "message": None,
            "progress": None,
            **more,
        }

    given = {
        "kind": "deploy",
        "remaining_seconds": 30.0,
        "steps": [
            step("PrepareNode", "done", "2026-11-30T11:59:50Z", "2026-11-30T11:59:51.5Z"),
            step(
                *("PullImages", "running", "2026-11-30T11:59:52Z", None),
                progress={"done": 2, "total": 3, "unit": "images"},
            ),
            step("StartServices", "waiting", None, None),
        ],
    }
    console = Console(width=100)

    with console.capture() as capture:
        console.print(timeline.drawn("shop", given, NOW))

    title, done, running, waiting = capture.get().splitlines()
    assert title.strip() == "Starting shop · about 30 s left"
    assert " ".join(done.split()[1:]) == "✓ Prepare the server 1.5 s"
    assert "● Pull images 8.0 s, usually 20 s" in " ".join(running.split())
    assert "2 of 3 images" in running
    assert waiting.split() == ["·", "Start", "services"]
