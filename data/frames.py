"""A draft's rows by table: staging frames, as pandas has them for who looks, as Arrow columns for the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

REFERRAL_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "ref": "object",
    "given_on": "datetime64[us]",
    "period_from": "datetime64[us]",
    "period_to": "datetime64[us]",
    "source": "object",
    "receiver": "object",
    "source_kind": "object",
    "group": "object",
    "counterpart_group": "object",
    "prospect": "object",
    "receiver_present": "boolean",
    "asked": "boolean",
    "via": "object",
    "tier": "Int64",
    "heat": "object",
    "status": "object",
    "closed_on": "datetime64[us]",
    "amount": "object",
    "currency": "object",
}
MEMBER_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "name": "object",
    "profession": "object",
    "group": "object",
    "joined_on": "datetime64[us]",
    "left_on": "datetime64[us]",
    "renews_on": "datetime64[us]",
}
_PERIOD = {"period_from": "datetime64[us]", "period_to": "datetime64[us]"}
# Thanks for closed business: what an export cannot join to a referral.
THANK_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "given_on": "datetime64[us]",
    **_PERIOD,
    "from": "object",
    "to": "object",
    "group": "object",
    "counterpart_group": "object",
    "amount": "object",
    "currency": "object",
    "tier": "Int64",
}
TOUCH_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "happened_on": "datetime64[us]",
    **_PERIOD,
    "from": "object",
    "to": "object",
    "kind": "object",
    "purpose": "object",
    "outcome": "object",
    "quantity": "float64",
    "group": "object",
    "counterpart_group": "object",
}
ATTENDANCE_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "name": "object",
    "group": "object",
    "meeting_on": "datetime64[us]",
    "status": "object",  # P A L M S
}
# One member's totals over a period; name is None for a pseudo row, whose words stand in row_label.
SNAPSHOT_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "name": "object",
    "row_label": "object",
    "group": "object",
    **_PERIOD,
    **dict.fromkeys(("p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones"), "float64"),
    "tyfcb": "object",
    "currency": "object",
    **dict.fromkeys(("ceu", "testimonials", "official_score"), "float64"),
}
ASSESSMENT_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "assessed_on": "datetime64[us]",
    "assessor": "object",
    "source": "object",
    "group": "object",
    **{f"q{i:02d}": "boolean" for i in range(1, 14)},
    "comfort": "float64",
    "perceived_value": "float64",
}
STAGING: dict[str, dict[str, str]] = {
    "referrals": REFERRAL_COLUMNS,
    "members": MEMBER_COLUMNS,
    "thanks": THANK_COLUMNS,
    "touches": TOUCH_COLUMNS,
    "attendance": ATTENDANCE_COLUMNS,
    "snapshots": SNAPSHOT_COLUMNS,
    "assessments": ASSESSMENT_COLUMNS,
}


def staging_frame(table: str, columns: Mapping[str, Any], length: int) -> pd.DataFrame:
    """A staging frame of `table` with exactly its columns and types; columns not given are empty."""
    series = {}
    for name, dtype in STAGING[table].items():
        values = columns.get(name)
        if isinstance(values, pa.Array | pa.ChunkedArray):
            values = values.to_numpy(zero_copy_only=False) if "date" in dtype else values.to_pylist()
        if values is None:
            values = (
                [None] * length
                if dtype == "object"
                else [pd.NaT] * length
                if "date" in dtype
                else [float("nan")] * length
                if dtype == "float64"
                else [pd.NA] * length
            )
        series[name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(series)


_ARROW = {
    "int64": pa.int64(),
    "object": pa.string(),
    "float64": pa.float64(),
    "datetime64[us]": pa.date32(),
    "boolean": pa.bool_(),
    "Int64": pa.int64(),
}


def plain_schema(table: str) -> pa.Schema:
    """A staging frame's columns as Arrow types, every text as text."""
    return pa.schema([(name, _ARROW[dtype]) for name, dtype in STAGING[table].items()])


def staging_rows(table: str, columns: Mapping[str, Any], length: int) -> pa.Table:
    """What `staging_frame` holds, as Arrow columns, for millions of rows. Text may be codes (dictionaries)."""
    return pa.table({field.name: _arrow(columns.get(field.name), field.type, length) for field in plain_schema(table)})


def _arrow(values: Any, kind: pa.DataType, length: int) -> pa.Array:
    if values is None:
        return pa.nulls(length, kind)
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if kind == pa.date32() and getattr(values, "dtype", None) != "object":
        values = np.asarray(values, dtype="datetime64[D]")
    return pa.array(values, kind, from_pandas=True)


class Frames(MutableMapping[str, pd.DataFrame]):
    """A draft's staging frames by table. Rows that came as Arrow columns become a DataFrame when somebody looks."""

    def __init__(self, rows: Mapping[str, pd.DataFrame | pa.Table] | None = None) -> None:
        self._rows: dict[str, pd.DataFrame | pa.Table] = dict(rows or {})

    def __getitem__(self, table: str) -> pd.DataFrame:
        rows = self._rows[table]
        if isinstance(rows, pa.Table):
            columns = {name: rows[name] for name in rows.column_names}
            rows = self._rows[table] = staging_frame(table, columns, rows.num_rows)
        return rows

    def __setitem__(self, table: str, rows: pd.DataFrame) -> None:
        self._rows[table] = rows

    def __delitem__(self, table: str) -> None:
        del self._rows[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, table: object) -> bool:
        return table in self._rows

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {table: len(rows) for table, rows in self._rows.items()}

    def groups(self) -> set[str]:
        """Every group that a row names."""
        named = [self.column(table, "group") for table in self if "group" in STAGING[table]]
        return {name for column in named for name in column.unique().to_pylist() if name is not None}

    def column(self, table: str, name: str) -> pa.Array | pa.ChunkedArray:
        """One column of the rows as Arrow has it."""
        rows = self._rows[table]
        if isinstance(rows, pa.Table):
            return rows[name]
        values = rows[name].array if name in rows.columns else None
        return _arrow(values, plain_schema(table).field(name).type, len(rows))

    def table(self, table: str) -> pa.Table:
        """The rows as Arrow columns, whatever they came as."""
        rows = self._rows[table]
        if isinstance(rows, pa.Table):
            return rows
        return staging_rows(table, {name: rows[name].array for name in rows.columns}, len(rows))
