"""The rows above a report's header: whose chapter it is of, and from which day to which."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from data import clean
from data.layouts.fields import Context, Table
from data.layouts.periods import Cell

_LABELS = clean.table(
    {
        "from": "from|von|du|de|從|从|自|desde",
        "to": "to|bis|au|a|à|até|至|hasta",
        "chapter": "chapter|chapter name|unternehmerteam|chapitre|groupe|grupo|equipe|equipa|分會|分会|チャプター",
    }
)


def chapter_name(text: str) -> str | None:
    """ "BNI Dahlia, East Region, Freedonia" → "Dahlia": the chapter alone, spaces collapsed, without "BNI"."""
    name = clean.clean_name(text.partition(",")[0].partition("，")[0])
    bare = re.sub(r"^BNI[\s\-–:®]+", "", name or "", flags=re.IGNORECASE)
    return bare or name


@dataclass(frozen=True)
class Banner:
    """The rows above a header: their cells, and the values that stand beside a label, often several cells further."""

    lines: list[str] = field(default_factory=list)
    values: dict[str, Cell] = field(default_factory=dict)

    @classmethod
    def read(cls, context: Context) -> Banner:
        banner = cls()
        for row_no in range(1, context.header_row):
            cells = [
                Cell(text.strip(), kind, row_no, "")
                for text, kind in zip(context.sheet.row(row_no), context.sheet.kinds(row_no), strict=True)
                if text and text.strip()
            ]
            banner.lines.extend(cell.text for cell in cells)
            for i, cell in enumerate(cells):
                banner._take(cell, cells[i + 1] if i + 1 < len(cells) else None)
        return banner

    def _take(self, cell: Cell, right: Cell | None) -> None:
        """A label with its value to the right, or after a colon in the same cell; "Chapter:" goes before "Chapter"."""
        label, colon, rest = re.sub("：", ":", cell.text).partition(":")
        target = _LABELS.get(clean.fold(label))
        value = cell._replace(text=rest.strip()) if rest.strip() else right
        if target and value and (colon or target not in self.values):
            self.values[target] = value._replace(label=cell.text.rstrip(":："))

    @property
    def period(self) -> list[Cell]:
        """From and To, where the banner has both."""
        both = [self.values[key] for key in ("from", "to") if key in self.values]
        return both if len(both) == 2 else []


def chapter_of(table: Table, name: str | None) -> str | None:
    """The group that the file's rows belong to: the user's answer (None here: the importer puts it in), else the
    chapter that the file names.
    """
    said = table.context.answers.group
    if name and not said:
        table.context = replace(table.context, settings={**table.context.settings, "group": ""})
    elif name and said and clean.fold(chapter_name(said) or "") != clean.fold(name):
        table.notes.append(f"The file names the chapter {name}; its rows are taken as {said}'s, as you said.")
    return None if said else name
