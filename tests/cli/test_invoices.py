"""Invoices by command: listed and shown by the product, saved from a link that needs no account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.cli.conftest import MEMBER, Command
from tests.functions import things
from tests.local.serving import serving
from tests.world import World

PDF = b"%PDF-1.7 an invoice"


@pytest.fixture(scope="module")
def invoice(house: World) -> str:
    return things.invoice(MEMBER)


def test_invoices_are_listed_and_shown_with_their_lines(hoster: Command, invoice: str) -> None:
    listed = hoster("invoices")
    shown = hoster("invoices", "show", invoice)

    assert listed.status == 0, listed.err
    assert f"{invoice}   October 2026   pending   5.00 USD" in listed.out
    assert "my app (Template), October 2026" in shown.out
    assert json.loads(hoster("invoices", "show", invoice, "--json").out)["data"]["id"] == invoice
    assert json.loads(hoster("invoices", "--json").out)["meta"]["total"] == 1


def test_no_invoice_is_no_table(newcomer: Command) -> None:
    assert newcomer("invoices").out == ""


def test_invoice_of_somebody_else_is_not_found(newcomer: Command, invoice: str) -> None:
    assert newcomer("invoices", "show", invoice).status == 3


@pytest.mark.parametrize("missing", [0, 3])
def test_pdf_is_saved_whole_and_the_token_stays_with_the_api(
    bare: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: int
) -> None:
    seen: list[Request] = []

    async def link(request: Request) -> Response:
        seen.append(request)
        attributes: dict[str, Any] = {"url": f"{url}/file", "bytes": len(PDF) + missing}
        data = {"type": "invoice-downloads", "id": "inv_a", "attributes": attributes}
        return JSONResponse({"data": data})

    async def file(request: Request) -> Response:
        seen.append(request)
        return Response(PDF)

    routes = [
        Route("/api/v1/invoices/inv_a/download", link, methods=["POST"]),
        Route("/file", file),
    ]
    with serving(Starlette(routes=routes)) as url:
        monkeypatch.setenv("HOSTER_URL", url)
        monkeypatch.setenv("HOSTER_TOKEN", "t0ken")
        place = tmp_path / "october.pdf"
        said = bare("invoices", "pdf", "inv_a", "--output", str(place))

        assert "Authorization" in seen[0].headers
        assert "Authorization" not in seen[1].headers
        if missing:
            assert (said.status, place.exists()) == (5, False)
            return
        assert said.status == 0, said.err
        assert place.read_bytes() == PDF
        assert bare("invoices", "pdf", "inv_a", "-o", str(place)).status == 2
        assert bare("invoices", "pdf", "inv_a", "-o", str(place), "--force").status == 0
