"""A customer fetches an invoice as a PDF, or sees it as a page to print."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import unwatched


def fetched(url: str) -> Any:
    with unwatched():
        return boto3.client("s3").get_object(Bucket="test-contents", Key=urlsplit(url).path[1:])


def asked(here: Checked, owner: str, invoice: str, **given: Any) -> Any:
    reply = here.call("POST", f"/invoices/{invoice}/download", given, user=owner, kind="invoices")
    assert reply.status == 200, reply.body
    return fetched(reply.attributes["url"]), reply.attributes


def test_pdf_is_kept_for_its_customer(here: Checked, owner: str) -> None:
    invoice = things.invoice(owner)

    found, said = asked(here, owner, invoice)

    body = found["Body"].read()
    assert body.startswith(b"%PDF-")
    assert len(body) == said["bytes"]
    assert found["ContentType"] == "application/pdf"
    assert found["ContentDisposition"] == f'attachment; filename="{invoice}.pdf"'


@pytest.mark.parametrize(("status", "said"), [("draft", True), ("pending", False)])
def test_page_can_be_printed_and_a_drafts_says_so(
    here: Checked, owner: str, status: str, said: bool
) -> None:
    invoice = things.invoice(owner, status=status)
    record = wiring.records().get(invoice)
    assert record is not None
    record.attributes["items"][0]["description"] = "<script>alert(1)</script> & Wiki"
    things.put(invoice, attributes={"items": record.attributes["items"]})

    found, _ = asked(here, owner, invoice, format="html")

    page = found["Body"].read().decode()
    assert ("DRAFT" in page) is said
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Wiki" in page
    assert "5.00 USD" in page
    assert "@media print" in page
    assert (found["ContentType"], found["ContentDisposition"]) == (
        "text/html; charset=utf-8",
        f'inline; filename="{invoice}.html"',
    )
