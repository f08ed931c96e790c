"""`docs/cli.md` is true: every block of it is run with the command as it is installed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.installation import has_local_parts
from e2e.journeys import guide
from infra.local.journey.client import Account, Json
from infra.local.platform.layout import ROOT
from tests.cli.wheel import built, installed

PAGE = ROOT / "docs" / "cli.md"
SECONDS = 900
LEAVE = """
hoster delete hello --yes --wait >/dev/null 2>&1 || true
hoster backups delete "${BACKUP:-}" --yes >/dev/null 2>&1 || true
hoster provision destroy "$SERVER" --force --yes --wait >/dev/null 2>&1 || true
"""
"""What a page that was left in the middle would leave behind."""
SITE = {
    "name": "Nginx web server",
    "version": "1.0.0",
    "description": "A page that is kept in a volume.",
    "category": "web",
    "price_monthly_cents": 0,
    "compose_spec": """\
services:
  nginx:
    image: nginx:alpine
    ports: ["80"]
    volumes: ["html:/usr/share/nginx/html"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
volumes: {html: {}}
""",
}
"""What the page backs up, where the installation has not the template that comes with Hoster."""


@pytest.fixture
def member(platform: Json) -> Account:
    """A new account with a credential of the local provider."""
    account = Account(platform["urls"]["web"])
    account.sign_up(f"shell-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16))
    account.move_to_plan("pro")
    given = {
        "name": "my cloud",
        "provider": "digitalocean",
        "credentials": {"api_token": platform["cloud_token"]},
    }
    account.create("cloud_credentials", given)
    return account


@pytest.fixture
def site(member: Account) -> Iterator[None]:
    """The template of an app with data, a draft of the member's own where there is none."""
    found = member.call("GET", "/templates?filter[search]=nginx-web-server")["data"]
    if any(one["attributes"]["slug"] == "nginx-web-server" for one in found):
        yield
        return
    made = member.create("templates", SITE)
    yield
    member.call("DELETE", f"/templates/{made['id']}")


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.usefixtures("site")
def test_every_block_of_the_page_prints_what_it_shows(
    platform: Json, member: Account, tmp_path: Path
) -> None:
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: the page orders at this machine's provider")
    made = member.create("api_tokens", {"name": "shell", "scope": "manage"})
    token = made["attributes"]["token"]
    command = installed(built(tmp_path), tmp_path / "installed")
    given = {
        "PATH": f"{command / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(command),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOSTER_HERE": platform["urls"]["web"],
        "TOKEN": token,
        "PROXY": platform["urls"]["proxy"],
        "SERVER": f"shell-{secrets.token_hex(3)}",
        "SAVED": str(tmp_path / "saved"),
        "DOMAIN": f"shell-{secrets.token_hex(3)}.example.com",
    }
    page = guide.blocks(PAGE.read_text())

    status, output, errors = guide.run(guide.script(page, LEAVE), ROOT, given, seconds=SECONDS)

    if told := "\n".join(guide.differences(page, output)):
        pytest.fail(f"{told}\n{errors[-2000:]}", pytrace=False)
    assert status == 0, errors[-2000:]
