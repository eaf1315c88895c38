"""Leads Club: one row a lead that the exporting member sent or received."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from data import clean
from data.draft import Question
from data.layouts import referral_rows
from data.layouts.crm import Crm
from data.layouts.fields import Table

_WAYS = clean.table({"source": "sent|given|outgoing", "receiver": "received|incoming"})


def _fill_own_side(table: Table, columns: dict[str, Any]) -> None:
    """A member's own side may be blank: of a lead sent the giver, of one received the receiver. It is he, once he
    is named.
    """
    way = table.words("way", _WAYS, "sent or received")
    whose = clean.clean_name(table.context.answers.receiver or table.context.settings.get("receiver") or "")
    for side in ("source", "receiver"):
        blank = (way == side) & pd.isna(columns[side]) & table.kept()
        if not blank.any():
            continue
        if not whose:
            table.ask(
                Question(
                    "receiver",
                    f"Whose export is this? The member's own name is missing ({table.row_list(blank)}).",
                    (),
                    "--receiver NAME",
                    target="receiver",
                )
            )
            return
        columns[side] = np.where(blank, whose, columns[side])
        table.notes.append(f"The member's own name was missing and is taken as {whose}: {table.row_list(blank)}.")


_CRM = Crm(
    name="leads_club",
    columns={
        "given_on": "date|lead date",
        "way": "type",
        "source": "from",
        "receiver": "to",
        "prospect": "lead name|lead",
        "prospect_company": "company",
        "ref": "lead id",
    },
    check=_fill_own_side,
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
