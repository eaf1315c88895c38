"""The judgements of the method (horizons, margins, gates), read from settings.toml and frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from errors import UsageError

_FILE = Path(__file__).with_name("settings.toml")
_SECTION_PREFIX = {"recording": "null_", "money": "", "gates": "gate_", "verdict": "verdict_",
                   "margins": "margin_",
                   "benchmarks": "benchmark_", "tenure": "tenure_", "capital": "capital_",
                   "goals": "goal_"}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """One flat, hashable record; the comments stand beside the values in settings.toml."""

    horizon_days: int
    window_days: int
    source_exposure_days: int
    again_days: int
    same_referral_days: int
    spell_gap_days: int
    good: str
    under_test: tuple[str, ...]
    null_drop: float
    null_bound: float
    winsorise_from: int
    winsorise_quantile: float
    concentration: float
    gate_clusters: int
    gate_effective_clusters: float
    gate_events: int
    gate_events_smaller_arm: int
    gate_decided_receivers: int
    gate_spell_days: int
    gate_at_risk: int
    gate_origins: int
    gate_forecast_members: int
    gate_log_months: int
    gate_calibration: float
    gate_chain_filled: float
    gate_chain_parents: int
    gate_chain_children: int
    gate_growth_months: int
    gate_pond_receipts: int
    gate_blocks: int
    gate_blocks_from: int
    verdict_q: float
    verdict_months_share: float
    margin_share: float
    margin_difference: float
    margin_ratio: float
    margin_yearly_ratio: float
    margin_chain: float
    margin_per_pond: float
    benchmark_share_networked: float
    benchmark_share_top_two_win: float
    benchmark_share_quarters: float
    benchmark_share_new_source: float
    benchmark_total_holds: float
    benchmark_share_answered: float
    tenure_cell_days: int
    tenure_newcomer_years: float
    tenure_drift_cells: int
    tenure_drift_joiners: int
    tenure_drift_months: int
    tenure_leaving_odds: float
    tenure_curve_years: int
    capital_elasticity: float
    capital_lag_members: int
    capital_lag_months: int
    capital_lag_receipts: int
    capital_return_days: int
    capital_movers: int
    capital_mover_events: int
    capital_first_group_closed: float
    capital_ask_days: int
    capital_balance_days: int
    capital_assessed_days: int
    capital_score_most: int
    capital_known_days: int
    capital_young_days: int
    capital_young_events: int
    capital_young_clusters: int
    capital_young_months: int
    capital_quick_days: int
    capital_quick_share: float
    capital_quick_starts: int
    capital_quick_firsts: int
    capital_per_point: float
    capital_stratum_sources: int
    capital_retest_days: int
    capital_reliability: float
    capital_concordance: float
    goal_referrals_per_month: float
    goal_won_per_month: float
    goal_value_per_month: float
    goal_currency: str


def load(path: Path = _FILE) -> Settings:
    """Settings of a TOML file. Raises TypeError for an unknown or missing key, so that a typing slip cannot
    silently leave a default in place."""
    return from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))


def from_mapping(values: Mapping[str, Any]) -> Settings:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat.update({_SECTION_PREFIX[key] + inner: v for inner, v in value.items()})
        else:
            flat[key] = tuple(value) if isinstance(value, list) else value
    return Settings(**flat)


def changed(base: Settings, values: Mapping[str, Any]) -> Settings:
    """`base` with some values changed, in the sections of settings.toml.

    Raises UsageError for a section or key that is none, and for a value of another type than the one it replaces.
    """
    flat: dict[str, Any] = {}
    for key, value in values.items():
        inside = value if isinstance(value, Mapping) else {key: value}
        if isinstance(value, Mapping) and key not in _SECTION_PREFIX:
            raise UsageError(f"There is no section [{key}].", f"Sections are {', '.join(_SECTION_PREFIX)}.")
        prefix = _SECTION_PREFIX[key] if isinstance(value, Mapping) else ""
        flat.update({prefix + name: tuple(v) if isinstance(v, list) else v for name, v in inside.items()})
    for name, value in flat.items():
        now = getattr(base, name, None)
        if now is None:
            raise UsageError(f"There is no setting called {name}.", "settings.toml of the program lists them all.")
        if type(value) is not type(now) and not (isinstance(now, float) and type(value) is int):
            raise UsageError(f"{name} = {value!r} is not of the kind of {now!r}.")
    return replace(base, **flat)


def differences(chosen: Settings, base: Settings) -> dict[str, Any]:
    """What of the method differs from `base`: name → the chosen value. A goal is no part of the method."""
    names = [f.name for f in fields(Settings) if not f.name.startswith("goal_")]
    return {name: v for name in names if (v := getattr(chosen, name)) != getattr(base, name)}


DEFAULT = load()
