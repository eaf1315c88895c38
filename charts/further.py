"""What sources go on to send (S2, S3): partners and customers after their first referral."""

from __future__ import annotations

import pandas as pd

import formats
from analysis.result import Result
from charts import marks, words
from charts.arms import curves
from charts.drawn import drawn
from charts.interval import interval
from charts.sources import KINDS
from charts.theme import Drawing, Look, canvas, corner, name


def rates(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """S2: a pair of rates a receiver, both groups' rates with their intervals, and the ratio."""
    drawn = [paired(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


def again(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """S3: the chance to refer again by day, and the difference after a year."""
    drawn = [curves(result, KINDS, "again", "referred again", of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def paired(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Good referrals a source and year after the first: customers to the left, partners to the right."""
    both = [words.estimate(result, f"further_rate_{kind}") for kind in ("customer", "partner")]
    members = marks.kept(result.data.get("members"), "name", "rate1", "rate0")
    if not all(both) or members.empty:
        return None
    figure = canvas(of, 320)
    for row in members.itertuples():
        pair = (f"{name(row.name)}: customers {formats.number(row.rate0, locale, 1)}, partners "
                f"{formats.number(row.rate1, locale, 1)} a year")  # fmt: skip
        marks.pair(figure, row.rate0, row.rate1, pair, of)
    table = pd.DataFrame(
        [(e.value, e.low95, e.high95) for e in both if e], columns=["value", "low", "high"], dtype=float
    )
    said = [f"{kind}: {formats.number(v, locale, 2)} a source and year"
            for kind, v in zip((KINDS.zero, KINDS.one), table["value"], strict=True)]  # fmt: skip
    marks.line(figure, [0, 1], table["value"], of.ink, width=4)
    marks.whiskers(figure, [0, 1], table["value"], table["low"], table["high"], said, of.ink, of, size=12)
    drawn = pd.concat([members["rate0"], members["rate1"]])
    top = max(float(drawn.quantile(0.97)), float(table.to_numpy()[table.notna()].max())) * 1.08
    figure.update_yaxes(range=[0, top], nticks=5)
    figure.update_xaxes(range=[-0.25, 1.25], tickvals=[0, 1], ticktext=[KINDS.zero, KINDS.one])
    corner(figure, "good referrals a source and year, after the first", of.soft)
    up = int((members["rate1"] > members["rate0"]).sum())
    return Drawing(
        figure,
        f"After their first referral partners send {formats.number(table['value'][1], locale, 2)} good referrals "
        f"a year each, customers {formats.number(table['value'][0], locale, 2)}; partners stand higher for "
        f"{formats.number(up, locale)} of {formats.count(len(members), 'member', locale)} who have both.",
    )
