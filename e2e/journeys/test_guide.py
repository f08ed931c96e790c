"""`docs/guide.md` is true: every block of it is run as somebody new would."""

from __future__ import annotations

import pytest

from e2e.installation import has_local_parts
from e2e.journeys import guide
from infra.local.journey.client import Json
from infra.local.platform.layout import ROOT

PAGE = ROOT / "docs" / "guide.md"
SECONDS = 900
LEAVE = """
[ -z "${APP:-}" ] || api DELETE "/deployments/$APP" >/dev/null || true
[ -z "${SERVER:-}" ] || api DELETE "/cloud_provisions/$SERVER?force=true" >/dev/null || true
"""
"""What a page that was left in the middle would leave behind."""


def test_every_block_of_the_guide_prints_what_the_page_shows(platform: Json) -> None:
    if not has_local_parts(platform):
        pytest.skip("the installation is elsewhere: the guide orders at this machine's provider")
    given = {
        "HOSTER": platform["urls"]["web"],
        "PROXY": platform["urls"]["proxy"],
        "CLOUD_TOKEN": platform["cloud_token"],
    }
    page = guide.blocks(PAGE.read_text())

    status, output, errors = guide.run(guide.script(page, LEAVE), ROOT, given, seconds=SECONDS)

    if told := "\n".join(guide.differences(page, output)):
        pytest.fail(f"{told}\n{errors[-2000:]}", pytrace=False)
    assert status == 0, errors[-2000:]
