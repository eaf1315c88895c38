"""The members in words: lights, scores, thresholds, the next step, what falls out; and the tables behind the cards."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

import formats
from analysis.members_roll import Roll
from analysis.population import to_date
from analysis.rubric import Line, Rubric, Step

SIGNS = {"at_least": "≥", "more_than": ">", "at_most": "≤"}
PER = {"week": "a week", "total": "in six months", "meeting": "of the meetings"}
SIMULATION = "Ours is a simulation of the rubric from your records. Your region’s own score is the one that counts."


@dataclass(frozen=True)
class Light:
    """A light for people who see no colours: its word and its sign. colour: as badges name it."""

    word: str
    icon: str
    colour: str
    symbol: str  # of Plotly


LIGHTS = {
    "green": Light("Green", ":material/check_circle:", "green", "circle"),
    "amber": Light("Amber", ":material/change_history:", "orange", "triangle-up"),
    "red": Light("Red", ":material/flag:", "red", "square"),
    "grey": Light("Grey", ":material/do_not_disturb_on:", "gray", "x"),
}


def light(low: str, high: str) -> str:
    """ "Red", or "Red to amber" where something that is not recorded decides."""
    first = LIGHTS[low].word
    return first if low == high else f"{first} to {LIGHTS[high].word.casefold()}"


def score(low: float, high: float, locale: str = formats.DEFAULT) -> str:
    """ "33", or "33 to 38"; proportional points to one digit."""
    ends = [formats.number(v, locale, 0 if abs(v - round(v)) < 0.05 else 1) for v in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def headline(roll: Roll, locale: str = formats.DEFAULT) -> str:
    """How many have each light, and how many lie open between two."""
    m = roll.members
    sure = m.loc[m["light"] == m["light_high"], "light"].value_counts()
    parts = [f"{formats.number(int(sure[light]), locale)} {light}" for light, _ in roll.rubric.bands if light in sure]
    if open_ := int((m["light"] != m["light_high"]).sum()):
        parts.append(f"{formats.number(open_, locale)} open between two lights")
    return f"{formats.count(len(m), 'member', locale)}: {', '.join(parts)}"


def title(roll: Roll, person: str | None, locale: str = formats.DEFAULT) -> str:
    """The page's title: everybody, or one member with his light."""
    if person is None:
        return headline(roll, locale)
    mine = roll.of(person).iloc[0]
    shown = light(mine["light"], mine["light_high"]).casefold()
    return f"{mine['name']} is {shown}: {score(mine['low'], mine['high'], locale)} points"


def luck_sentence(roll: Roll, locale: str = formats.DEFAULT) -> str:
    """What the lights are worth: how often luck alone would change them."""
    chance = roll.members["chance"].dropna()
    if chance.empty:
        return "Nothing that luck could change is recorded."
    often = formats.of_base(float(chance.mean()), 10, locale)
    return f"At the same pace, {often} lights would change in another half-year: that much is luck"


def subline(roll: Roll, locale: str = formats.DEFAULT) -> str:
    bases = {"palms": "PALMS", "register": "registers of meetings and slips", "none": "slips alone"}
    used = " and ".join(sorted({bases[b] for b in roll.bases.values()}))
    return f"{roll.rubric.name} rubric · {formats.period(roll.start, roll.end, locale)} · from {used}"


def unknown_sentence(roll: Roll, locale: str = formats.DEFAULT) -> str:
    """Which lines nobody has a record of, and what that leaves open."""
    lines = [roll.rubric.lines[k] for k in roll.unknown]
    if not lines:
        return ""
    worth = formats.number(sum(line.most for line in lines), locale)
    names = ", ".join(line.name for line in lines)
    return f"Not recorded for anybody: {names}. Each score is a range because of it, {worth} points wide at least."


def currency_sentence(roll: Roll) -> str:
    """Thresholds in a currency that the records are not in: those lines stay open."""
    here = sorted({str(c) for group in roll.tally.groups for c in group.currency if c})
    wanted = [line for line in roll.rubric.lines if line.currency and any(c != line.currency for c in here)]
    if not wanted:
        return ""
    line = wanted[0]
    return (
        f"{line.name}: the thresholds are in {line.currency}, amounts here in {_and(here)}. Nothing is converted; "
        "where an amount is in another currency, the line stays open."
    )


def full_marks(rubric: Rubric, locale: str = formats.DEFAULT) -> str:
    most = formats.number(rubric.most, locale)
    if rubric.adds_up:
        return f"All lines together come to {most} points."
    said = formats.number(rubric.full_marks, locale)
    return f"The rubric speaks of {said} points; its lines come to {most}."


def bands(rubric: Rubric, locale: str = formats.DEFAULT) -> str:
    """ "Green from 70, amber from 50, red from 30, grey below." """
    said = [f"{LIGHTS[light].word if not k else light} from {formats.number(least, locale)}"
            for k, (light, least) in enumerate(rubric.bands[:-1])]  # fmt: skip
    return f"{', '.join(said)}, {rubric.bands[-1][0]} below."


def thresholds(line: Line, locale: str = formats.DEFAULT) -> str:
    """ "≥ 1 → 20 · ≥ 0.75 → 15" with the unit once."""
    money = f" {line.currency}" if line.currency else ""
    if line.goal is not None:
        goal, most = formats.number(line.goal, locale), formats.number(line.most, locale)
        return f"goal {goal}{money} → {most}, in proportion below ({PER[line.per]})"
    steps = sorted(line.steps, key=lambda s: -s.points)
    said = " · ".join(
        f"{SIGNS[s.rule]} {_at(s, line, locale)}{money} → {formats.number(s.points, locale)}" for s in steps
    )
    return f"{said} ({PER[line.per]})"


def _at(step: Step, line: Line, locale: str) -> str:
    if line.per == "meeting":
        return formats.percent(step.threshold, locale)
    digits = next(d for d in range(4) if abs(round(step.threshold, d) - step.threshold) < 1e-9 or d == 3)
    return formats.number(step.threshold, locale, digits)


def brief(line: Line, locale: str = formats.DEFAULT) -> str:
    """The thresholds in as few signs as a telephone has room for: "≥ 1: 20 · ≥ 0.75: 15 a week"."""
    unit = {"week": " a week", "total": "", "meeting": ""}[line.per]
    if line.goal is not None:
        return f"goal {formats.number(line.goal, locale)} {line.currency}".strip() + ", in proportion below"
    steps = sorted(line.steps, key=lambda s: -s.points)
    said = " · ".join(f"{SIGNS[s.rule]} {_at(s, line, locale)}: {formats.number(s.points, locale)}" for s in steps)
    return f"{said} {line.currency}".strip() + unit


def short(line: Line, count: float, value: float, locale: str = formats.DEFAULT) -> str:
    """What was recorded, in a word: "0.27 a week", "88 %", "3"."""
    if formats.missing(value):
        return "not recorded"
    if line.per == "week":
        return f"{formats.number(value, locale, 2)} a week"
    if line.per == "meeting":
        return formats.percent(value, locale)
    return formats.number(count, locale)


def rubric_table(rubric: Rubric, locale: str = formats.DEFAULT) -> pd.DataFrame:
    return pd.DataFrame([
        {"Line": line.name, "Points at most": line.most, "Thresholds": thresholds(line, locale), "Note": line.note}
        for line in rubric.lines
    ])  # fmt: skip


def members_table(roll: Roll, locale: str = formats.DEFAULT, groups: dict[str, str] | None = None) -> pd.DataFrame:
    """Every member by name; a rate is drawn to the chapter's, with its range."""
    m = roll.members
    table = pd.DataFrame({
        "Member": m["name"],
        "Light": [light(a, b) for a, b in zip(m["light"], m["light_high"], strict=True)],
        "Score": [score(a, b, locale) for a, b in zip(m["low"], m["high"], strict=True)],
        "Another by luck": m["chance"], "Weeks": m["weeks"], "Gave": m["gave"], "Received": m["received"],
        "Gives a week": m["gave_rate"].round(2), "95 % from": m["gave_low"].round(2), "to": m["gave_high"].round(2),
        "Receives a week": m["received_rate"].round(2), "95 % from ": m["received_low"].round(2),
        "to ": m["received_high"].round(2), "Years": m["years"].round(1), "Official score": m["official"],
    })  # fmt: skip
    if groups and m["group_id"].nunique() > 1:
        table.insert(1, "Group", [groups.get(g, g) for g in m["group_id"]])
    return table.dropna(axis=1, how="all")


def recorded(line: Line, count: float, weeks: float, value: float, locale: str = formats.DEFAULT) -> str:
    """What stands behind a line: "14 in 26 weeks, 0.54 a week"."""
    if formats.missing(value):
        return "not recorded"
    n = formats.number(count, locale, 0 if float(count).is_integer() else 2)
    if line.per == "meeting":
        return f"{n} of {formats.number(weeks, locale)} meetings, {formats.percent(value, locale)}"
    if line.per == "week":
        return f"{n} in {formats.number(weeks, locale)} weeks, {formats.number(value, locale, 2)} a week"
    return n


def lines_table(roll: Roll, person: str, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """One member's lines, with the thresholds beside the points."""
    rows = roll.part(roll.lines, person)
    made = []
    for row in rows.itertuples():
        line = roll.rubric.lines[row.line]
        made.append({
            "Line": line.name, "Recorded": recorded(line, row.count_, row.weeks, row.value, locale),
            "Points": f"{score(row.low, row.high, locale)} of {formats.number(line.most, locale)}",
            "Thresholds": thresholds(line, locale),
        })  # fmt: skip
    return pd.DataFrame(made)


def step_sentence(roll: Roll, person: str, locale: str = formats.DEFAULT) -> str:
    """The fewest acts to the next light."""
    rows = roll.part(roll.steps, person)
    if rows.empty:
        return f"{LIGHTS[roll.rubric.bands[0][0]].word} is the best light there is."
    row = rows.iloc[0]
    gap = formats.number(row["gap"], locale, 0 if abs(row["gap"] - round(row["gap"])) < 0.05 else 1)
    lead = f"To {row['light']} ({formats.number(row['least'], locale)} points) it takes {gap} more"
    if row["acts"] is None:
        return f"{lead}. No acts that are recorded here bring so many in these months."
    acts = [formats.count(n, roll.rubric.lines[k].act, locale) for k, n in row["acts"].items()]
    return f"{lead}. Fewest acts that bring them: {_and(acts)} more in the same months."


def falling_sentence(roll: Roll, person: str, locale: str = formats.DEFAULT) -> str:
    """What leaves the window with its first month, and what that does to the score."""
    month = formats.month(roll.start, locale)
    if roll.falling is None:
        return f"What {month} brought cannot be told apart: import PALMS by month, or slips with their days."
    rows = roll.part(roll.falling, person)
    lost, regained = -rows.loc[rows["points"] < 0, "points"].sum(), rows.loc[rows["points"] > 0, "points"].sum()
    if not lost and not regained:
        return f"When {month} falls out of the window, no point goes with it."
    parts = [_fallen(roll.rubric.lines[r.line], r.gone, r.points, locale) for r in rows.itertuples() if r.points]
    change = formats.signed(regained - lost, locale, 0 if abs((regained - lost) % 1) < 0.05 else 1)
    return f"Next month {month} falls out: {_and(parts)}. Together {change}, if the month after brings nothing new."


def _fallen(line: Line, gone: float, points: float, locale: str) -> str:
    what = "absence" if line.measure in {"absences", "there"} else line.act or line.name.casefold()
    worth = formats.signed(points, locale, 0 if abs(points % 1) < 0.05 else 1)
    if line.measure == "tyfcb":
        return f"{line.name} ({worth})"
    return f"{formats.count(round(gone, 2), what, locale)} ({worth})"


def official_sentence(row: pd.Series, locale: str = formats.DEFAULT) -> str:
    """The uploaded score as it came, with its period."""
    said = f"Official score: {formats.number(row['official'], locale, 0 if float(row['official']).is_integer() else 1)}"
    if formats.missing(row["official_to"]) or formats.missing(row["official_from"]):
        return f"{said}, as uploaded."
    ends = to_date(int(row["official_from"])), to_date(int(row["official_to"]) + 1)
    return f"{said}, as uploaded, for {formats.period(*ends, locale)}."


def chance_sentence(chance: float, shown: str, locale: str = formats.DEFAULT) -> str:
    if formats.missing(chance):
        return "Nothing that luck could change is recorded."
    base = formats.base_of(chance, None, None)
    often = formats.of_base(chance, base, locale)
    return f"{shown} by the records; at the same pace it would be another light in {often} half-years, by luck alone."


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
