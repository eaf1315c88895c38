"""The bank of each relationship: accounts, one account over time, and asks that came before anything was given."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.population import to_date
from analysis.relationships_bank import Account, Bank, Early
from charts import marks
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

WORDS = {
    "referral": "referrals given",
    "help": "help",
    "introduction": "introductions",
    "testimonial": "testimonials",
    "ask": "asks",
}
STEPS = 20  # columns of dots between none and all
SMALL = 5  # the largest number on an axis whose ticks are every whole number
SHOWN = 12  # accounts in the figure, from either end
FEW = 5  # people who ask, below which no range speaks for others


def headline(bank: Bank, locale: str = formats.DEFAULT) -> str:
    """What the accounts come to, as the page's title."""
    if not bank.asked:
        return "What is put into each relationship"
    over = int((bank.accounts["balance"] < 0).sum())
    n = formats.count(len(bank.accounts), "account", locale)
    return f"{formats.number(over, locale)} of {n} {'is' if over == 1 else 'are'} overdrawn"


def subline(bank: Bank, locale: str = formats.DEFAULT) -> str:
    entries = formats.count(len(bank.entries), "entry", locale, "entries")
    return f"{entries} · {formats.period(bank.since, bank.as_of, locale)} · balances of the last 365 days"


def accounts_sentence(bank: Bank, locale: str = formats.DEFAULT) -> str:
    """How the balances spread."""
    a = bank.accounts
    over, even, above = (int(mask.sum()) for mask in (a["balance"] < 0, a["balance"] == 0, a["balance"] > 0))
    n = formats.number
    if not bank.asked:
        return f"{formats.count(above, 'account', locale)} hold deposits; no ask is recorded, so nothing is drawn"
    rest = f"{n(even, locale)} are even, {n(over, locale)} overdrawn"
    return f"{formats.count(above, 'account', locale)} hold more than was asked of them, {rest}"


@drawn
def spread(bank: Bank, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """How many accounts stand at each balance."""
    counts = bank.accounts["balance"].value_counts().sort_index()
    figure = canvas(of, 250, bargap=0.12)
    for below, colour in ((True, of.second), (False, of.first)):
        part = counts[(counts.index < 0) == below]
        if len(part):
            said = [
                f"balance {formats.signed(k, locale)}: {formats.count(v, 'account', locale)}" for k, v in part.items()
            ]
            figure.add_trace(go.Bar(x=part.index, y=part, customdata=said, marker={"color": colour},
                                    hovertemplate="%{customdata}<extra></extra>"))  # fmt: skip
    marks.key(figure, [("overdrawn", of.second), ("even or in credit", of.first)])
    figure.update_xaxes(title="deposits less asks, last 365 days", nticks=8)
    figure.update_yaxes(rangemode="tozero", nticks=4)
    return Drawing(figure, f"{accounts_sentence(bank, locale)}.")


def accounts_table(bank: Bank) -> pd.DataFrame:
    """Every account, the most overdrawn first."""
    a = bank.accounts
    return pd.DataFrame({
        "Account of": a["from_name"], "with": a["to_name"], "Balance": a["balance"], "Deposits": a["deposits"],
        "Asks": a["asks"], "Deposits ever": a["ever"], "Last entry": [to_date(int(d)) for d in a["last"]],
    })  # fmt: skip


def overdrawn_table(bank: Bank) -> pd.DataFrame:
    """The accounts to pay into first."""
    table = accounts_table(bank)
    return table[table["Balance"] < 0].head(SHOWN)[["Account of", "with", "Balance", "Deposits", "Asks"]]


def own_table(bank: Bank, person: str, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """One person's accounts, and what the other side put in."""
    a = bank.accounts
    back = a[a["to_id"] == person].set_index("from_id")["balance"]
    mine = a[a["from_id"] == person]
    return pd.DataFrame({
        "With": mine["to_name"], "Balance": mine["balance"], "Deposits": mine["deposits"], "Asks": mine["asks"],
        "Their balance": [formats.signed(back.get(p), locale) for p in mine["to_id"]],
        "Last entry": [to_date(int(d)) for d in mine["last"]],
    }).reset_index(drop=True)  # fmt: skip


def title(bank: Bank, person: str, other: str | None, locale: str = formats.DEFAULT) -> str:
    """The page's title for one person or one relationship."""
    a = bank.accounts[bank.accounts["from_id"] == person]
    who = bank.names.get(person, "")
    if other is not None:
        mine = a.loc[a["to_id"] == other, "balance"]
        balance = formats.signed(mine.iloc[0], locale) if len(mine) else "0"
        return f"{who} with {bank.names.get(other, '')}: balance {balance}"
    over = formats.number(int((a["balance"] < 0).sum()), locale)
    return f"{who}: {over} of {formats.count(len(a), 'account', locale)} overdrawn"


@drawn
def over_time(one: Account, bank: Bank, of: Look, title: str, locale: str = formats.DEFAULT) -> Drawing:
    """Deposits upwards and asks downwards by quarter, and the balance of the year before each month's end."""
    m = one.months
    when = pd.to_datetime(m["month"])
    quarter = when.dt.to_period("Q").dt.start_time
    figure = canvas(of, 300, barmode="relative", bargap=0.15)
    tint = {"referral": of.first, "help": of.third, "introduction": of.fourth, "testimonial": of.soft, "ask": of.second}
    for kind, colour in tint.items():
        sums = m[kind].groupby(quarter).sum() * (-1 if kind == "ask" else 1)
        if not sums.any():
            continue
        said = [f"{WORDS[kind]}, {formats.month(q.date(), locale)} and two months on: {formats.number(abs(v), locale)}"
                for q, v in sums.items()]  # fmt: skip
        figure.add_trace(go.Bar(x=sums.index, y=sums, customdata=said, marker={"color": faded(colour, 0.75)},
                                hovertemplate="%{customdata}<extra></extra>", xperiod="M3",
                                xperiodalignment="middle"))  # fmt: skip
    ends = when + pd.offsets.MonthEnd(0)
    young = int((ends < ends.iloc[0] + pd.DateOffset(years=1)).sum())  # the year before is not all in the log yet
    for part, dash in ((slice(0, young + 1), "dot"), (slice(young, None), "solid")):
        figure.add_trace(go.Scatter(x=ends[part], y=m["balance"][part], mode="lines",
                                    line={"color": of.ink, "width": 2.5, "shape": "hv", "dash": dash},
                                    hovertemplate="balance of the year before: %{y}<extra></extra>"))  # fmt: skip
    used = [(WORDS[kind], colour) for kind, colour in tint.items() if m[kind].any()]
    marks.key(figure, [("― balance, year before", of.ink), *used])
    small = int(m["balance"].abs().max()) <= SMALL and int(m[list(tint)].max(axis=None)) <= SMALL
    figure.update_yaxes(zeroline=True, zerolinecolor=of.soft, **({"dtick": 1} if small else {"nticks": 6}))
    figure.update_xaxes(range=[when.iloc[0], pd.Timestamp(bank.as_of)], nticks=6, tickformat="%b<br>%Y")
    return Drawing(figure, account_sentence(one, title, locale))


def account_sentence(one: Account, title: str, locale: str = formats.DEFAULT) -> str:
    """ "Account of A with B: balance +3, of 5 deposits and 2 asks since the log began"."""
    asks, deposits = formats.count(one.asks, "ask", locale), formats.count(one.deposits, "deposit", locale)
    balance = formats.signed(one.balance, locale)
    return f"{title}: balance {balance} in the last year; {deposits} and {asks} since the log began"


def early_sentence(early: Early, locale: str = formats.DEFAULT) -> str:
    """The share of asks that came before any deposit."""
    if not early.n:
        return (f"All {formats.count(early.skipped, 'ask', locale)} fall into the log’s first year: what went before "
                "them is not known")  # fmt: skip
    said = f"{formats.percent(early.share, locale)} of asks came before any deposit with the one asked"
    asks, people = formats.count(early.n, "ask", locale), formats.count(len(early.members), "asker", locale)
    if formats.missing(early.low95) or len(early.members) < FEW:
        return f"{said} ({asks} by {people}: too few to speak for others)"
    return f"{said} (95 %: {formats.span(early.low95, early.high95, formats.percent, locale)}; {asks} by {people})"


@drawn
def early(found: Early, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """A dot an asker, the larger, the more asks; below them the share of all with its range."""
    if not found.n:
        return None
    m = found.members.assign(share=found.members["early"] / found.members["asks"]).sort_values("share", kind="stable")
    column = (m["share"] * STEPS).round()
    height = m.groupby(column).cumcount()
    figure = canvas(of, 230)
    said = [f"{name(r.name_)}: {formats.number(r.early, locale)} of {formats.count(r.asks, 'ask', locale)}"
            for r in m.rename(columns={"name": "name_"}).itertuples()]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=column / STEPS, y=0.9 + height * min(0.32, 2.6 / max(1, height.max())), mode="markers", customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": of.first, "opacity": 0.55, "line": {"width": 0},
                    "size": 6 + 8 * (m["asks"] / m["asks"].max()) ** 0.5},
        )
    )  # fmt: skip
    if not formats.missing(found.low95) and len(m) >= FEW:
        figure.add_trace(go.Scatter(x=[found.low95, found.high95], y=[0, 0], mode="lines", hoverinfo="skip",
                                    line={"color": faded(of.second, 0.45), "width": 9}))  # fmt: skip
    figure.add_trace(go.Scatter(x=[found.share], y=[0], mode="markers", hovertemplate="%{x:.0%}<extra></extra>",
                                marker={"color": of.second, "symbol": "diamond", "size": 12,
                                        "line": {"color": of.ground, "width": 1.5}}))  # fmt: skip
    marks.key(figure, [("● an asker", of.first), ("◆ all asks, 95 %", of.second)])
    figure.update_yaxes(visible=False, range=[-0.6, 3.8])
    figure.update_xaxes(range=[-0.03, 1.03], tickformat=".0%", nticks=5, title="of the asks, before any deposit")
    return Drawing(figure, f"{early_sentence(found, locale)}.")


def early_table(found: Early) -> pd.DataFrame:
    m = found.members
    return pd.DataFrame({"Asker": m["name"], "Asks": m["asks"], "Before any deposit": m["early"]})


def skipped_sentence(found: Early, locale: str = formats.DEFAULT) -> str:
    if not found.skipped or not found.n:
        return ""
    return (f"{formats.count(found.skipped, 'ask', locale)} of the log’s first year "
            f"{'is' if found.skipped == 1 else 'are'} left out: what went before is not in the log.")  # fmt: skip
