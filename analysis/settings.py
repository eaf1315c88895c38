"""The judgements of the method (horizons, margins, gates), read from settings.toml and frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("settings.toml")
_SECTION_PREFIX = {"recording": "null_", "money": "", "gates": "gate_", "verdict": "verdict_",
                   "margins": "margin_",
                   "benchmarks": "benchmark_", "tenure": "tenure_"}  # fmt: skip


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
    gate_blocks: int
    gate_blocks_from: int
    verdict_q: float
    verdict_months_share: float
    margin_share: float
    margin_difference: float
    margin_ratio: float
    margin_yearly_ratio: float
    benchmark_share_networked: float
    benchmark_share_top_two_win: float
    tenure_cell_days: int
    tenure_newcomer_years: float
    tenure_drift_cells: int
    tenure_drift_joiners: int
    tenure_drift_months: int
    tenure_leaving_odds: float
    tenure_curve_years: int


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


DEFAULT = load()
