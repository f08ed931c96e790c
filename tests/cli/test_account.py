"""Signing in and out, and what is kept where."""

from __future__ import annotations

import io
import json
import stat
import subprocess
from pathlib import Path

import pytest

from hoster_cli import settings
from hoster_cli.errors import Misused
from hoster_cli.settings import Settings
from tests.cli.conftest import MEMBER, Command


def test_token_is_tried_kept_and_readable_by_its_owner_alone(bare: Command, url: str) -> None:
    said = bare("login", "--url", f"{url}/", "--token", MEMBER)

    assert said.status == 0, said.err
    assert f"Signed in at {url} as {MEMBER}." in said.err
    assert stat.S_IMODE(settings.path().stat().st_mode) == 0o600
    assert MEMBER in bare("whoami").out
    assert bare("logout").err == "✓ Signed out.\n"
    assert bare("whoami").status == 2
    assert bare("logout").err == "✓ Nobody was signed in.\n"


def test_token_comes_through_a_pipe(
    bare: Command, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{MEMBER}\n"))

    assert bare("login", "--url", url).status == 0
    assert settings.current() == Settings(url, MEMBER)


def test_token_that_does_not_work_is_not_kept(bare: Command, url: str) -> None:
    said = bare("login", "--url", url, "--token", "expired")

    assert said.status == 4
    assert said.err == (
        "✗ API key has expired. (key_expired)\nSign in with a token that is valid: hoster login.\n"
    )
    assert not settings.path().exists()


def test_whoami_tells_plan_and_limits(hoster: Command, url: str) -> None:
    said = hoster("whoami")

    assert url in said.out
    assert "pro" in said.out
    assert "of 16.0 GB" in said.out
    assert json.loads(hoster("whoami", "--json").out)["data"]["id"] == MEMBER


def test_catalogue_needs_no_account_and_everything_else_does(
    bare: Command, url: str, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSTER_URL", url)

    assert slug in bare("templates").out
    refused = bare("apps")

    assert refused.status == 4
    assert f"hoster login --url {url}" in refused.err


def test_stored_token_goes_to_its_own_address_alone(
    bare: Command, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.store(Settings(url, MEMBER))

    monkeypatch.setenv("HOSTER_URL", "https://elsewhere.example.com")
    assert settings.current() == Settings("https://elsewhere.example.com", "")
    monkeypatch.setenv("HOSTER_TOKEN", "another")
    assert settings.current().token == "another"
    monkeypatch.delenv("HOSTER_URL")
    assert settings.current() == Settings(url, "another")


def test_settings_that_cannot_be_read_are_told(bare: Command) -> None:
    settings.store(Settings("https://a.example.com", "t"))
    settings.path().write_text("{")

    said = bare("whoami")

    assert said.status == 2
    assert "sign in again" in said.err


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("hoster.example.com", "https://hoster.example.com"),
        ("https://hoster.example.com/apps/", "https://hoster.example.com"),
        ("http://127.0.0.1:8082", "http://127.0.0.1:8082"),
        ("http://localhost:8082/", "http://localhost:8082"),
        ("http://[::1]:8082", "http://[::1]:8082"),
    ],
)
def test_address_is_kept_without_its_path(text: str, url: str) -> None:
    assert settings.checked_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["http://hoster.example.com", "http://10.0.0.1", "ftp://a", "https://", "https://u:p@a.com"],
)
def test_address_that_would_show_the_token_is_refused(text: str) -> None:
    with pytest.raises(Misused):
        settings.checked_url(text)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(bare: Command, shell: str) -> None:
    said = bare("completion", shell)

    assert (said.status, "_HOSTER_COMPLETE" in said.out) == (0, True)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", [r"my\ app", "plain", r"it\'s\ \$HOME"]),
        ("my", [r"my\ app", "plain", r"it\'s\ \$HOME"]),
        ('"my', ["my app", "plain", "it's $HOME"]),
        ("'my", ["my app", "plain", "it's $HOME"]),
    ],
)
def test_names_with_blanks_are_offered_in_quotes(
    bare: Command, tmp_path: Path, typed: str, offered: list[str]
) -> None:
    """A word that is begun with a quote is closed by it; any other one is quoted as a whole."""
    program = tmp_path / "hoster"
    program.write_text("#!/bin/sh\nprintf '%s\\n' 'my app' plain \"it's \\$HOME\"\n")
    program.chmod(0o755)
    asks = 'COMP_WORDS=(hoster logs "$1"); COMP_CWORD=2; _hoster_completion "$0"'
    tells = 'printf "%s\\n" "${COMPREPLY[@]}"'
    script = "\n".join([bare("completion", "bash").out, asks, tells])

    done = subprocess.run(
        ["bash", "-c", script, str(program), typed], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == offered
    assert done.stderr == ""


def test_what_is_no_command_ends_with_two(bare: Command) -> None:
    assert bare("depoly").status == 2
    assert bare("completion", "cmd.exe").status == 2
