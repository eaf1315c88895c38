"""The same answers without us: a plain pandas script, and a plain Streamlit + pandas app, timed in the same run.

    python -m bench.peers [--rows 1000000] [--reruns 5]

The script reads the log with pandas' pyarrow reader, makes the marts that a dated log has by groupby (by receiver, by
source, by pair, first and second referral of each pair, months of groups and their value, months of members) and
writes them as Parquet. It neither checks a cell, resolves a person, nor looks for rows that are there already. The app
reads the log with `st.cache_data` and draws the months of one chapter; ours draws its overview of such a chapter.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import service
from bench.figures import Figure, table
from bench.import_log import OURS
from bench.serving import Server, dashboard, quantile, serving, timed
from bench.visitor import Visitor
from sample.files import big_log

COMMAND = "python -m bench.peers"
READ = '''
def log_of(path):
    """The log as a careful analyst would type it, with the names of the columns that every mart uses."""
    log = pd.read_csv(path, engine="pyarrow", dtype_backend="pyarrow").rename(columns=NAMES)
    for column in ("given_on", "closed_on"):
        log[column] = pd.to_datetime(log[column])
    for column in ("kind", "present", "status", "currency", "chapter"):
        log[column] = log[column].astype("category")
    log["closed_after"] = (log["closed_on"] - log["given_on"]).dt.days
    log["month"] = log["given_on"].dt.to_period("M").dt.to_timestamp()
    log["squared"] = log["amount"].astype("float64") ** 2
    return log

NAMES = {"Date": "given_on", "Referred by": "source", "Receiver": "receiver", "Source type": "kind",
         "Chapter": "chapter", "Prospect": "prospect", "Present?": "present", "Status": "status",
         "Closed on": "closed_on", "Amount": "amount", "Currency": "currency"}
'''
SCRIPT = f"""
import resource, sys
from pathlib import Path
import pandas as pd
{READ}
log, out = log_of(sys.argv[1]), Path(sys.argv[2])
out.mkdir()
loose = dict(observed=True, dropna=False, sort=False)
cell = ["kind", "present", "currency", "given_on", "status", "closed_after"]
sums = dict(referrals=("given_on", "size"), amounts=("amount", "count"), amount=("amount", "sum"))
both, pair = ["chapter", "month"], ["chapter", "source", "receiver"]
marts = dict(
    recv_cube=log.groupby(["chapter", "receiver", *cell], **loose).agg(**sums, squared=("squared", "sum")),
    src_cube=log.groupby(["chapter", "source", *cell], **loose).agg(**sums, squared=("squared", "sum")),
    pair_cube=log.groupby([*pair, *cell], **loose).agg(**sums),
)
others = log[log["source"] != log["receiver"]].sort_values("given_on", kind="stable")
groups = others.groupby(pair, **loose)
marts["gap_tab"] = groups.agg(
    first_on=("given_on", "first"), last_on=("given_on", "last"), first_kind=("kind", "first"),
    first_present=("present", "first"), referrals=("given_on", "size"))
marts["second"] = others[groups.cumcount() == 1][[*pair, "given_on"]]
flags = log[both].assign(
    source=log["source"], receiver=log["receiver"], won=log["status"] == "Won", lost=log["status"] == "Lost",
    still_open=log["status"] == "Open", linear=log["present"] == "Yes", networked=log["present"] == "No",
    customer=log["kind"] == "Customer", partner=log["kind"] != "Customer")
told = ["won", "lost", "still_open", "linear", "networked"]
months = flags.groupby(both, **loose)
marts["group_month"] = months[told].sum().join(months[["source", "receiver"]].nunique()).join(
    months.size().rename("referrals"))
won = log[(log["status"] == "Won") & log["amount"].notna()]
marts["group_month_value"] = won.groupby([*both, "currency"], **loose).agg(
    n=("amount", "size"), value=("amount", "sum"))
marts["received"] = flags.groupby(["chapter", "receiver", "month"], **loose)[[*told, "customer", "partner"]].sum()
marts["given"] = flags.groupby(["chapter", "source", "month"], **loose).size().rename("given").to_frame()
for name, mart in marts.items():
    mart.reset_index(drop=name == "second").to_parquet(out / (name + ".parquet"))
assert int(marts["recv_cube"]["referrals"].sum()) == int(sys.argv[3])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
APP = f"""
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
{READ}
log = st.cache_data(log_of)("log.csv")
chapter = st.selectbox("Chapter", sorted(log["chapter"].unique()))
rows = log[log["chapter"] == chapter]
months = rows.groupby("month").agg(referrals=("given_on", "size"), value=("amount", "sum"))
st.metric("Referrals", len(rows))
st.metric("Won", int((rows["status"] == "Won").sum()))
st.metric("Active sources", rows["source"].nunique())
st.plotly_chart(go.Figure(go.Bar(x=months.index, y=months["referrals"])), key="referrals")
st.plotly_chart(go.Figure(go.Bar(x=months.index, y=months["value"].astype(float))), key="value")
st.plotly_chart(go.Figure(go.Bar(x=rows["source"].value_counts().head(20))), key="sources")
"""


def imports(rows: int, folder: Path) -> list[Figure]:
    """The whole import against the script; leaves the log and the workspace in `folder`."""
    log = folder / "log.csv"
    big_log(log, rows)
    theirs, busy, peak = timed(SCRIPT, str(log), str(folder / "marts"), str(rows))
    ours, own_busy, own_peak = timed(OURS, str(log), str(folder / "workspace"), str(rows))
    command = f"{COMMAND} --rows {rows}"
    return [
        Figure(f"import of {rows:,} rows: pandas' seconds over ours", theirs / ours, "x", 2, 5, command,
               f"{theirs:.1f} s and {peak} MiB against {ours:.1f} s and {own_peak} MiB", more_is_better=True),
        Figure("the same in processor time", busy / own_busy, "x", command=command,
               note=f"{busy:.1f} s against {own_busy:.1f} s", more_is_better=True),
    ]  # fmt: skip


async def _clicks(server: Server, query: str, reruns: int) -> tuple[float, float]:
    """Seconds to the first answer, and the median of those that follow."""
    async with Visitor(server.url) as visitor:
        first = await visitor.open("", query)
        later = [(await visitor.rerun()).seconds for _ in range(reruns)]
        if first.errors:
            raise RuntimeError(first.errors[0])
        return first.seconds, quantile(later, 0.5)


def apps(rows: int, folder: Path, reruns: int) -> list[Figure]:
    """One chapter of the log on a fresh server: our overview against the plain app."""
    (folder / "app.py").write_text(APP)
    chapter = urlencode({"group": str(service.open_workspace(folder / "workspace").groups()["group_id"][0])})
    with ExitStack() as stack:
        theirs = stack.enter_context(serving(folder / "app.py", folder))
        ours = stack.enter_context(dashboard(folder / "workspace", folder))
        first, later = asyncio.run(_clicks(theirs, "", reruns))
        own_first, own_later = asyncio.run(_clicks(ours, chapter, reruns))
        weights = f"{theirs.memory():.0f} MiB against {ours.memory():.0f} MiB"
    command = f"{COMMAND} --rows {rows}"
    return [
        Figure("a plain Streamlit + pandas app: first answer on a fresh server over ours", first / own_first, "x",
               command=command, note=f"{first:.1f} s against {own_first:.1f} s; {weights}", more_is_better=True),
        Figure("the same, every later click", later / own_later, "x", command=command, more_is_better=True,
               note=f"{1000 * later:.0f} ms against {1000 * own_later:.0f} ms"),
    ]  # fmt: skip


def measure(rows: int = 1_000_000, reruns: int = 5) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*imports(rows, folder), *apps(rows, folder, reruns)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--reruns", type=int, default=5)
    chosen = parser.parse_args()
    print(table(measure(chosen.rows, chosen.reruns)))


if __name__ == "__main__":
    main()
