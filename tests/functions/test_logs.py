"""What functions write into their logs: a line that leads back to the request, and no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from chalicelib.runtime.observe import logger
from tests.functions.checks import Checked
from tests.world import SECRET

TOKEN = "dop_v1_" + "7" * 64


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the functions log during a test, in the form that they log it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logger.registered_formatter)
    inner = logging.getLogger(logger.name)
    before = inner.level
    inner.addHandler(handler)
    inner.setLevel(logging.DEBUG)
    yield text
    inner.removeHandler(handler)
    inner.setLevel(before)


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_line_carries_the_requests_id_and_its_outcome(
    here: Checked, owner: str, written: io.StringIO
) -> None:
    sent = {"X-Request-ID": "req-of-this-test"}

    here.world.call("GET", "/templates", user=owner, headers=sent)

    [line] = [line for line in lines(written) if line["message"] == "answered"]
    assert (line["request_id"], line["status"]) == ("req-of-this-test", 200)
    assert line["operation"] == "GET /v1/templates"


@pytest.mark.parametrize("provider", ["digitalocean", "nobody"])
def test_secrets_that_are_sent_are_not_written(
    here: Checked, owner: str, written: io.StringIO, provider: str
) -> None:
    given = {"name": "my cloud", "provider": provider, "credentials": {"api_token": TOKEN}}

    here.call("POST", "/cloud_credentials", given, user=owner)

    text = written.getvalue()
    assert lines(written)
    assert TOKEN not in text
    assert SECRET not in text
