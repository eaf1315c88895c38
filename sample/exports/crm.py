"""Exports of CRMs and referral trackers: the world's log as far as such a system can hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time
from typing import Any

import numpy as np
import pandas as pd

from sample.exports.cells import Hand, Rows, Sheet, split_name
from sample.files import Style
from sample.process import KINDS
from sample.roll import plain
from sample.tables import World

MORNING = time(9, 30)
FORECAST = 90  # days after a deal's start that people enter as its close date before it is closed


def _log(world: World) -> pd.DataFrame:
    """The log with names, days as integers, cents, and a number of its own in every row."""
    log = world.referrals
    who = dict(zip(world.people["person_id"], world.people["name"], strict=True))
    table = pd.DataFrame({
        "no": np.arange(1000, 1000 + len(log)), "given_on": log["given_on"], "day": world.day,
        "source": [who[x] for x in log["source_id"]], "receiver": [who[x] for x in log["receiver_id"]],
        "kind": np.array(KINDS, dtype=object)[world.events.kind],
        "prospect": world.prospects,
        "status": log["status"].to_numpy(object), "closed": world.outcomes.closed, "closed_on": log["closed_on"],
        "cents": world.outcomes.cents, "amount": log["amount"],
    })  # fmt: skip
    return plain(table, "prospect", "amount")


Line = Callable[[Any], Sequence[Any]]


def _sheet(stem: str, log: pd.DataFrame, header: Sequence[str], line: Line, *, answers: Mapping[str, str],
           held: Mapping[str, Any], foot: Rows | None = None) -> Sheet:  # fmt: skip
    rows = [list(header), *(list(line(row)) for row in log.itertuples()), *(foot or [])]
    return Sheet(stem, rows, dict(answers), {"referrals": pd.DataFrame({**held}, index=range(len(log)))})


def _kept(log: pd.DataFrame, *columns: str, **more: Any) -> dict[str, Any]:
    return {c: log[c].to_numpy() if log[c].dtype != object else log[c].to_list() for c in columns} | more


def _whose(world: World) -> str:
    """One person whose log it is said to be, where no column says who received."""
    return str(world.person_names[int(world.spell_person[0])])


def _only(log: pd.DataFrame, statuses: Sequence[str], column: str) -> list[Any]:
    """A column where the status is one of these, nothing elsewhere."""
    values = log[column].to_list()
    none = pd.NaT if column == "closed_on" else None
    return [v if s in statuses else none for v, s in zip(values, log["status"], strict=True)]


def _currencies(world: World, log: pd.DataFrame) -> list[str | None]:
    return [None if a is None else world.knobs.currency for a in log["amount"]]


def _said(log: pd.DataFrame) -> list[str | None]:
    """The kinds that a CRM has a word of its own for."""
    return [k if k in ("customer", "partner") else None for k in log["kind"]]


def _titled(log: pd.DataFrame, word: str) -> list[str]:
    """The prospect, or the record's own title where nobody is named."""
    return [p or f"{word} {n}" for p, n in zip(log["prospect"], log["no"], strict=True)]


def hubspot_contacts(world: World, style: Style) -> Iterator[Sheet]:
    """By which channel a contact came, never who sent him: “Referrals” are links on other web sites."""
    hand, log = Hand(style), _log(world)
    web = ["inbound" if no % 7 == 0 else None for no in log["no"]]
    status = {"open": ("OPEN", "lead"), "won": ("CONNECTED", "customer"), "lost": ("UNQUALIFIED", "lead")}
    header = ["Record ID", "First Name", "Last Name", "Email", "Company Name", "Lead Status", "Lifecycle Stage",
              "Original Source", "Original Source Drill-Down 1", "Original Source Drill-Down 2", "Contact Owner",
              "Create Date", "Last Modified Date"]  # fmt: skip

    def line(r: Any) -> Sequence[Any]:
        source = ("Referrals", "example.org") if r.no % 7 == 0 else ("Offline Sources", "CONTACTS")
        return [str(r.no), *split_name(r.prospect or ""), f"l{r.no}@example.com", "", *status[r.status], *source, "",
                r.receiver, hand.moment(r.day, MORNING), hand.moment(world.last, MORNING)]  # fmt: skip

    held = _kept(log, "given_on", "receiver", "prospect", "status", source_kind=web,
                 ref=[f"hubspot_contacts:{n}" for n in log["no"]])  # fmt: skip
    yield _sheet("hubspot-crm-exports-all-contacts", log, header, line, answers=hand.answers(), held=held)


def hubspot_deals(world: World, style: Style) -> Iterator[Sheet]:
    """Deals with their stage. The close date of an open deal is a forecast."""
    hand, log = Hand(style), _log(world)
    stage = {"open": ("Contract Sent", "0.9"), "won": ("Closed Won", "1.0"), "lost": ("Closed Lost", "0.0")}
    header = ["Record ID", "Deal Name", "Amount", "Close Date", "Create Date", "Deal Stage", "Deal Type",
              "Deal owner", "Associated Company", "Associated Contact", "Deal probability", "Days to close",
              "Lead Type"]  # fmt: skip

    def line(r: Any) -> Sequence[Any]:
        close = r.closed if r.closed >= 0 else r.day + FORECAST
        contact = f"{r.prospect} (l{r.no}@example.com)" if r.prospect else ""
        return [str(r.no), f"Deal {r.no}", hand.money(r.cents), hand.moment(close, MORNING),
                hand.moment(r.day, MORNING), stage[r.status][0], "newbusiness", r.receiver, "", contact,
                stage[r.status][1], "", "Referral"]  # fmt: skip

    held = _kept(log, "given_on", "receiver", "status", "closed_on", "amount", currency=_currencies(world, log),
                 prospect=_titled(log, "Deal"),
                 ref=[f"hubspot_deals:{n}" for n in log["no"]])  # fmt: skip
    yield _sheet("hubspot-crm-exports-all-deals", log, header, line,
                 answers=hand.answers(currency=world.knobs.currency), held=held)  # fmt: skip


def salesforce(world: World, style: Style) -> Iterator[Sheet]:
    """A report with a footer; the kind of source but no person, and nobody who received."""
    hand, log, whose = Hand(style), _log(world), _whose(world)
    words = {"member": "Word of mouth", "customer": "Customer Referral", "partner": "Partner",
             "personal": "Employee Referral"}  # fmt: skip
    stage = {"open": "Prospecting", "won": "Closed Won", "lost": "Closed Lost"}
    header = ["Opportunity Name", "Account Name", "Lead Source", "Amount", "Amount Currency", "Stage", "Close Date",
              "Created Date", "Primary Campaign Source"]  # fmt: skip
    foot: Rows = [[], [], ["All Opportunities"], ["Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."],
                  ["Confidential Information - Do Not Distribute"], ["Generated By: Sample Admin 6/30/2026 9:15 AM"],
                  ["Sample Org"]]  # fmt: skip

    def line(r: Any) -> Sequence[Any]:
        close = r.closed if r.closed >= 0 else r.day + FORECAST
        return [f"Opp {r.no}", r.prospect or "", words[r.kind], hand.money(r.cents),
                world.knobs.currency if r.cents >= 0 else "", stage[r.status], hand.day(close), hand.day(r.day),
                ""]  # fmt: skip

    held = _kept(log, "given_on", "status", "closed_on", "amount", currency=_currencies(world, log), receiver=whose,
                 source_kind=_said(log), prospect=_titled(log, "Opp"))  # fmt: skip
    yield _sheet("report1751274900000", log, header, line, answers=hand.answers(receiver=whose), held=held, foot=foot)


def pipedrive(world: World, style: Style) -> Iterator[Sheet]:
    hand, log = Hand(style), _log(world)
    words = {"member": "Referral", "customer": "Customer", "partner": "Partner", "personal": "Word of mouth"}
    fields = ["Title", "Value", "Currency of value", "Stage", "Status", "Deal created", "Expected close date",
              "Won time", "Lost time", "Lost reason", "Source", "Organization", "Owner"]  # fmt: skip
    header = [*(f"Deal - {f}" for f in fields), "Person - Name", "Person - Email (Work)"]

    def line(r: Any) -> Sequence[Any]:
        won, lost = (r.closed if r.status == s else -1 for s in ("won", "lost"))
        return [f"Deal {r.no}", hand.money(r.cents), world.knobs.currency, "Proposal", r.status.title(),
                hand.moment(r.day, MORNING), hand.day(r.day + FORECAST), hand.moment(won, MORNING),
                hand.moment(lost, MORNING), "", words[r.kind], "", r.receiver, r.prospect or "", ""]  # fmt: skip

    held = _kept(log, "given_on", "status", "closed_on", "amount", "receiver", currency=_currencies(world, log),
                 source_kind=_said(log), prospect=_titled(log, "Deal"))  # fmt: skip
    yield _sheet("pipedrive-deals", log, header, line, answers=hand.answers(), held=held)


def referral_rock(world: World, style: Style) -> Iterator[Sheet]:
    """The advocate and his program; only an approval has its day."""
    hand, log, whose = Hand(style), _log(world), _whose(world)
    program = {"member": "Employee", "customer": "Client", "partner": "Partner", "personal": "Employee"}
    status = {"open": "Pending", "won": "Approved", "lost": "Denied"}
    header = ["Referral", "Status", "Amount", "Member", "Program", "Created Date", "Qualified Date", "Approved Date"]

    def line(r: Any) -> Sequence[Any]:
        won = r.closed if r.status == "won" else -1
        return [r.prospect or "", status[r.status], hand.money(r.cents), r.source, program[r.kind], hand.day(r.day),
                hand.day(won), hand.day(won)]  # fmt: skip

    held = _kept(log, "given_on", "source", "prospect", "status", "amount", currency=_currencies(world, log),
                 receiver=whose, source_kind=_said(log), closed_on=_only(log, ["won"], "closed_on"))  # fmt: skip
    yield _sheet("referral_rock_referrals", log, header, line,
                 answers=hand.answers(receiver=whose, currency=world.knobs.currency), held=held)  # fmt: skip


def clio_grow(world: World, style: Style) -> Iterator[Sheet]:
    """Matters of a law firm: an estimated value, and the day of the last status."""
    hand, log, whose = Hand(style), _log(world), _whose(world)
    words = {"member": "Referral", "customer": "Client referral", "partner": "Attorney referral", "personal": "Friend"}
    status = {"open": "Pending", "won": "Hired", "lost": "Did not hire"}
    header = ["Contact", "Email", "Source", "Referred by", "Matter", "Description", "Matter type",
              "Matter status - top level", "Matter status - detailed", "Status date", "Created at", "Location",
              "Estimated value"]  # fmt: skip

    def line(r: Any) -> Sequence[Any]:
        return [r.prospect or "", f"z{r.no}@example.com", words[r.kind], r.source, f"M-{r.no}", "Will", "Estate",
                status[r.status], "Engaged", hand.day(r.closed if r.closed >= 0 else r.day + 3), hand.day(r.day),
                "Main", hand.money(r.cents)]  # fmt: skip

    kind = [None if k == "member" else k for k in log["kind"]]
    held = _kept(log, "given_on", "source", "prospect", "status", "closed_on", "amount", receiver=whose,
                 currency=_currencies(world, log), source_kind=kind,
                 ref=[f"clio_grow:M-{n}" for n in log["no"]])  # fmt: skip
    yield _sheet("cliogrow_matter_revenue", log, header, line,
                 answers=hand.answers(receiver=whose, currency=world.knobs.currency), held=held)  # fmt: skip


def leads_club(world: World, style: Style) -> Iterator[Sheet]:
    """Leads that members sent one another; what became of them is not in it."""
    hand, log = Hand(style), _log(world)
    header = ["Date", "Type", "From", "To", "Lead Name", "E-mail", "Phone", "Company", "Description"]

    def line(r: Any) -> Sequence[Any]:
        way = "sent" if r.no % 2 else "received"
        return [hand.day(r.day), way, r.source, r.receiver, r.prospect or "", "", "", "", "as we said"]

    held = _kept(log, "given_on", "source", "receiver", "prospect")
    yield _sheet("leads_club", log, header, line, answers=hand.answers(), held=held)


def affinity(world: World, style: Style) -> Iterator[Sheet]:
    """Two tables in one: how many introductions each made, and the introductions."""
    hand, log = Hand(style), _log(world)
    count = log.groupby("source", sort=True).size()
    top: Rows = [["Introductions Made By"], ["Introducer", "Introductions"],
                 *([name, hand.number(n)] for name, n in count.items()), [], ["Introductions"]]  # fmt: skip
    rows = [["Introducer", "Introduced", "To", "Date"],
            *([r.source, r.prospect or "", r.receiver, hand.day(r.day)] for r in log.itertuples())]  # fmt: skip
    held = pd.DataFrame(_kept(log, "given_on", "source", "receiver", "prospect"))
    yield Sheet("affinity_introductions", [*top, *rows], hand.answers(), {"referrals": held})
