"""A world as the exports of the systems that people use: `write_exports` writes them, each with what it can hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sample.exports import chapter, crm, lists
from sample.exports.cells import Sheet
from sample.exports.containers import CONTAINERS, XML, write
from sample.files import Style, check
from sample.tables import World

__all__ = ["CONTAINERS", "CRM", "LAYOUTS", "NATIVE", "Written", "write_exports"]

Maker = Callable[[World, Style], Iterator[Sheet]]
# Reports of BNI Connect, which come as XML under the name .xls unless somebody saved them again.
NATIVE: dict[str, Maker] = {
    "slips_audit": chapter.slips_audit, "palms": chapter.palms, "attendance": chapter.attendance,
    "membership_length": lists.membership_length, "roster": lists.roster, "dues": lists.dues,
    "visitors": chapter.visitors, "traffic_lights": lists.traffic_lights,
}  # fmt: skip
OTHERS: dict[str, Maker] = {"r2y": lists.r2y, "pagisto": lists.pagisto}
CRM: dict[str, Maker] = {
    "hubspot_contacts": crm.hubspot_contacts, "hubspot_deals": crm.hubspot_deals, "salesforce": crm.salesforce,
    "pipedrive": crm.pipedrive, "referral_rock": crm.referral_rock, "clio_grow": crm.clio_grow,
    "leads_club": crm.leads_club, "affinity": crm.affinity,
}  # fmt: skip
LAYOUTS: dict[str, Maker] = {**NATIVE, **OTHERS, **CRM}


@dataclass(frozen=True)
class Written:
    """One export: the file, its layout, what must be answered for it (by the names of data.draft.Answers), and by
    table the rows that reading it must give back; columns that are not there must stay empty."""

    path: Path
    layout: str
    answers: Mapping[str, str]
    holds: Mapping[str, pd.DataFrame]


def write_exports(
    world: World, folder: Path, *, layouts: Collection[str] = tuple(LAYOUTS), style: Style | None = None
) -> list[Written]:
    """Write the world into `folder` in each of the layouts, one file a week, month or whole log as the system does.

    Without a style BNI's reports come as their own XML with a banner, the others as CSV. Files of several chapters
    are numbered. Raises ValueError for a layout or style that does not exist or a name that the encoding cannot hold.
    """
    unknown = [name for name in layouts if name not in LAYOUTS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a layout; known are {', '.join(LAYOUTS)}.")
    folder.mkdir(parents=True, exist_ok=True)
    out: list[Written] = []
    for layout in layouts:
        habits = style or Style(container=XML if layout in NATIVE else "csv", banner=layout in NATIVE)
        check(habits, CONTAINERS, languages=tuple(chapter.PALMS_HEADERS))
        many: dict[str, int] = {}
        for sheet in LAYOUTS[layout](world, habits):
            many[sheet.stem] = again = many.get(sheet.stem, 0) + 1
            name = sheet.stem if again == 1 else f"{sheet.stem} ({again - 1})"
            out.append(Written(write(folder / name, sheet.rows, habits), layout, sheet.answers, sheet.holds))
    return out
