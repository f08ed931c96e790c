"""Invoices as PDF, by fpdf2: `chalicelib.ports.papers.Papers` made real."""

from __future__ import annotations

import logging
from typing import Literal

from font_source_sans_pro import (  # type: ignore[import-untyped] # it is paths alone
    font_files_ttf,
)
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from chalicelib.domain.billing.sheet import Row, Sheet

FONT = "Source Sans Pro"
LINE = 6
WIDE = 140
"""Millimetres of a line's text; its amount has the rest of the page."""
PAGE = 190

# Each letter that a font lacks would be a line of the log.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class Pdf:
    """Prints sheets of A4."""

    def pdf(self, sheet: Sheet) -> bytes:
        """Print a sheet on as many pages as it needs."""
        paper = FPDF(format="A4")
        paper.add_font(FONT, "", font_files_ttf["SourceSansPro"])
        paper.add_font(FONT, "B", font_files_ttf["SourceSansProBold"])
        paper.set_title(sheet.title)
        paper.add_page()
        _head(paper, sheet)
        _rows(paper, sheet.rows)
        paper.ln(LINE)
        for label, amount in sheet.sums:
            _sum(paper, label, amount)
        return bytes(paper.output())


def _head(paper: FPDF, sheet: Sheet) -> None:
    paper.set_font(FONT, "B", 18)
    _text(paper, sheet.title, high=10)
    if sheet.notice:
        paper.set_font(FONT, "B", 12)
        _text(paper, sheet.notice, high=8, border=1)
    paper.ln(LINE)
    for label, value in sheet.facts:
        paper.set_font(FONT, "B", 10)
        paper.cell(30, LINE, label)
        paper.set_font(FONT, "", 10)
        _text(paper, value)
    paper.ln(LINE)


def _rows(paper: FPDF, rows: tuple[Row, ...]) -> None:
    """A table whose lines stay whole where a page ends."""
    paper.set_font(FONT, "", 10)
    with paper.table(
        first_row_as_headings=False,
        borders_layout="HORIZONTAL_LINES",
        col_widths=(WIDE, PAGE - WIDE),
        text_align=("LEFT", "RIGHT"),
        line_height=LINE,
    ) as on:
        for row in rows:
            on.row((f"{row.title}\n{row.detail}", row.amount))


def _sum(paper: FPDF, label: str, amount: str) -> None:
    paper.set_font(FONT, "B", 11)
    paper.cell(WIDE, LINE, label)
    _amount(paper, amount)


def _text(paper: FPDF, text: str, *, high: float = LINE, border: Literal[0, 1] = 0) -> None:
    """Write lines, and go on below them."""
    paper.multi_cell(0, high, text, border=border, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _amount(paper: FPDF, text: str) -> None:
    """Write an amount at the right edge, and go on below it."""
    paper.cell(0, LINE, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="R")
