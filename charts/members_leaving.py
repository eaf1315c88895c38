"""Renewals, and who may be about to leave: the list for a conversation, and what the rule is worth in this chapter."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.members_leaving import LEAVERS, Leaving, Sign
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded

LABELS = {
    "received": "received little",
    "one_to_ones": "few one-to-ones",
    "attendance": "often absent",
    "first_year": "first year",
}
RULES = {
    "received": "received fewer than half as many referrals as the chapter’s middle member in half a year",
    "one_to_ones": "held fewer than half as many one-to-ones as the middle member",
    "attendance": "was there at fewer than 88 % of the meetings",
    "first_year": "joined less than a year ago",
}
ROW = 26


def renewals_sentence(found: Leaving, locale: str = formats.DEFAULT) -> str:
    due = found.renewals if found.renewals is not None else pd.DataFrame()
    n = formats.count(len(due), "membership", locale)
    when = formats.day(found.as_of, locale)
    if due.empty:
        return f"No renewal falls due in the 90 days from {when}"
    return f"{n} {'falls' if len(due) == 1 else 'fall'} due in the 90 days from {when}"


def renewals_table(found: Leaving, locale: str = formats.DEFAULT) -> pd.DataFrame:
    due = found.renewals if found.renewals is not None else pd.DataFrame(columns=["name", "renews", "days"])
    return pd.DataFrame({"Member": due["name"], "Due": due["renews"], "In days": due["days"]})


def now_sentence(found: Leaving, locale: str = formats.DEFAULT) -> str:
    now = found.now if found.now is not None else pd.DataFrame()
    if now.empty:
        return "Nobody received less than half of what the middle member did in the last half-year"
    n = formats.count(len(now), "member", locale)
    return f"{n} received less than half of what the middle member did: worth a conversation, not a verdict"


def now_table(found: Leaving, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """What each has not received yet, and which other signs stand with it."""
    now = found.now if found.now is not None else pd.DataFrame()
    if now.empty:
        return pd.DataFrame()
    others = [key for key in LABELS if key != "received"]
    signs = [", ".join(LABELS[key] for key in others if getattr(row, key) is True) or "–" for row in now.itertuples()]
    return pd.DataFrame({
        "Member": now["name"], "Received": now["received_n"], "Middle member": now["usual"],
        "Weeks since": now["weeks"].round(),
        "Givers here": [f"{row.givers} of {row.others}" for row in now.itertuples()],
        "Other signs": signs,
    })  # fmt: skip


def evidence_sentence(found: Leaving, locale: str = formats.DEFAULT) -> str:
    """What the rule is worth, or that too few have left to know."""
    left = formats.count(found.leavers, "leaving", locale)
    n = formats.count(found.half_years, "member-half-year", locale)
    if not found.signs:
        return (
            f"{left} in {n}: too few to say which signs come before it ({LEAVERS} at least). The list stands on the "
            "rule alone."
        )
    first = next((s for s in found.signs if s.key == "received"), found.signs[0])
    with_, without = (_share(first, k, locale) for k in (0, 1))
    worth = "the difference is more than luck explains" if first.clear else "luck alone may explain the difference"
    return f"Of those who {_past(first.key)}, {with_} left in the half-year after; of the others {without}: {worth}."


def _past(key: str) -> str:
    return {"received": "had received little", "one_to_ones": "had few one-to-ones", "attendance": "were often absent",
            "first_year": "were in their first year"}[key]  # fmt: skip


def _share(sign: Sign, k: int, locale: str) -> str:
    span = ""
    if not formats.missing(sign.low95[k]):
        span = f" (95 %: {formats.span(sign.low95[k], sign.high95[k], formats.percent, locale)})"
    return f"{formats.number(sign.left[k], locale)} of {formats.number(sign.n[k], locale)}{span}"


@drawn
def evidence(found: Leaving, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """By sign the share that left within half a year, with the sign and without it."""
    if not found.signs:
        return None
    figure = canvas(of, 2 * ROW * len(found.signs) + 100)
    ticks, top = [], 0.0
    for place, sign in enumerate(reversed(found.signs)):
        for k, colour, symbol in ((0, of.second, "diamond"), (1, of.first, "circle")):
            y = place + (0.17 if k == 0 else -0.17)
            if not formats.missing(sign.low95[k]):
                figure.add_trace(go.Scatter(x=[sign.low95[k], sign.high95[k]], y=[y, y], mode="lines", hoverinfo="skip",
                                            line={"color": faded(colour, 0.4), "width": 6}))  # fmt: skip
                top = max(top, sign.high95[k])
            said = f"{LABELS[sign.key]}, {'yes' if k == 0 else 'no'}: {_share(sign, k, locale)} left"
            figure.add_trace(go.Scatter(x=[sign.share[k]], y=[y], mode="markers", customdata=[said],
                                        hovertemplate="%{customdata}<extra></extra>",
                                        marker={"color": colour, "symbol": symbol, "size": 10,
                                                "line": {"color": of.ground, "width": 1}}))  # fmt: skip
            top = max(top, sign.share[k])
        ticks.append(LABELS[sign.key])
    figure.update_yaxes(
        tickvals=list(range(len(ticks))), ticktext=ticks, showgrid=False, range=[-0.6, len(ticks) - 0.4]
    )
    figure.update_xaxes(range=[0, min(1.0, top * 1.08)], tickformat=".0%", nticks=5, title="left within half a year")
    figure.add_annotation(x=0, xref="paper", y=1, yref="paper", yanchor="bottom", xanchor="left", showarrow=False,
                          text=f'<span style="color:{of.second}">◆ with the sign</span>   '
                               f'<span style="color:{of.first}">● without it</span>', font={"size": 12})  # fmt: skip
    return Drawing(figure, evidence_sentence(found, locale))


def evidence_table(found: Leaving) -> pd.DataFrame:
    """Each sign, its rule, and what it came to."""
    rows = []
    for sign in found.signs:
        for k, word in ((0, "yes"), (1, "no")):
            rows.append({
                "Sign": LABELS[sign.key], "Rule": RULES[sign.key], "Has it": word, "Member-half-years": sign.n[k],
                "Left": sign.left[k], "Share": sign.share[k], "95 % from": sign.low95[k], "to": sign.high95[k],
            })  # fmt: skip
    return pd.DataFrame(rows)
