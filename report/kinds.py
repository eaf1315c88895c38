"""The formats of a report. Kept light: the command line lists them before anything heavy is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A format: what it is called, the type that a browser knows it by, what it is good for."""

    title: str
    mime: str
    use: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "html": Kind(
        "Page (HTML)", "text/html", "One file that opens in any browser, without a network. Charts answer to the mouse."
    ),
    "pdf": Kind("Print (PDF)", "application/pdf", "For paper and post, a finding a page."),
    "pptx": Kind("Deck (PPTX)", f"{_OFFICE}.presentationml.presentation", "Slides with charts that can be edited."),
    "xlsx": Kind("Workbook (XLSX)", f"{_OFFICE}.spreadsheetml.sheet", "Every table, a sheet each."),
    "json": Kind("Results (JSON)", "application/json", "The findings as numbers, for programs."),
}
