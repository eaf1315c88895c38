"""Small results with the frames that the charts draw: what the engine hands over, by hand and by claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.result import Estimate, NeedMore, Result

SOURCE = {"author": "A. Author", "title": "On Referrals"}


def estimate(
    name: str,
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "share",
    **n: int,
) -> Estimate:
    wide = None if low is None or high is None or value is None else 1.3
    low99 = None if wide is None else value - (value - low) * wide
    high99 = None if wide is None else value + (high - value) * wide
    return Estimate(name, value, unit, low, high, low99, high99, n=n)


def result(claim: str, estimates: list[Estimate], verdict: str = "supported", **more: Any) -> Result:
    given = {"detail": None, "confirmed": True, "data": {}}
    return Result(
        claim,
        f"title of {claim}",
        SOURCE,
        "D",
        {},
        date(2026, 8, 12),
        date(2026, 7, 1),
        3,
        tuple(estimates),
        verdict,
        **{**given, **more},
    )


def rows(n: int) -> pd.DataFrame:
    return pd.DataFrame({"referral_id": [f"r{i:07d}" for i in range(n)], "arm": [i % 2 for i in range(n)]})


def wrong(name: str, value: float, low: float, high: float) -> pd.DataFrame:
    return pd.DataFrame([{"name": name, "value": value, "low": low, "high": high, "why": "Rows are not members."}])


def l1(**more: Any) -> Result:
    random = np.random.default_rng(1)
    n = random.integers(5, 60, 34)
    share = random.beta(5, 2, 34)
    members = pd.DataFrame(
        {
            "person_id": range(34),
            "name": [f"Member {i}" for i in range(34)],
            "n": n,
            "networked": (share * n).round(),
            "share": share,
        }
    )
    data = {"members": members, "rows": rows(860), "wrong": wrong("raw share of rows", 0.74, 0.72, 0.76)}
    first = estimate("share_networked", 0.71, 0.6, 0.8, referrals=860, members=34, events=611)
    return result("L1", [first], **{"data": data, **more})


def arms(claim: str, one: str, zero: str, **more: Any) -> Result:
    random = np.random.default_rng(2)
    n1, n0 = random.integers(3, 40, 25), random.integers(3, 40, 25)
    members = pd.DataFrame(
        {
            "person_id": range(25),
            "name": [f"Member <{i}>" for i in range(25)],
            "n1": n1,
            "n0": n0,
            "won1": random.binomial(n1, 0.45),
            "won0": random.binomial(n0, 0.38),
        }
    )
    days = np.arange(0, 366, 5)
    curves = pd.concat(
        pd.DataFrame({"arm": arm, "day": days, "cif": top * (1 - np.exp(-days / 70)), "at_risk": 400 - days})
        for arm, top in ((1, 0.5), (0, 0.42))
    )
    money = pd.DataFrame(
        {
            "arm": [1, 0],
            "n": [180, 220],
            "sum": [412000.0, 256000.0],
            "median": [1400.0, 900.0],
            "mean": [2289.0, 1164.0],
            "largest": [120000.0, 9000.0],
            "currency": "EUR",
        }
    )
    data = {
        "members": members,
        "curves": curves,
        "money": money,
        "rows": rows(1500),
        "wrong": wrong("pooled", 0.11, 0.07, 0.15),
    }
    estimates = [
        estimate("close_rate_difference", 0.06, 0.01, 0.11, unit="difference", referrals=1500, members=25),
        estimate("pooled_difference", 0.11, 0.07, 0.15, unit="difference"),
        estimate(f"close_rate_{one}", 0.46, 0.42, 0.5),
        estimate(f"close_rate_{zero}", 0.38, 0.34, 0.42),
    ]
    return result(claim, estimates, **{"data": data, **more})


def l5(**more: Any) -> Result:
    return arms("L5", "networked", "linear", **more)


def s4(**more: Any) -> Result:
    return arms("S4", "partner", "customer", **more)


def l9(**more: Any) -> Result:
    days = np.arange(0, 366, 5)
    curves = pd.concat(
        pd.DataFrame({"arm": a, "day": days, "again": t * (1 - np.exp(-days / 120))}) for a, t in ((1, 0.5), (0, 0.4))
    )
    first = estimate("further_rate_ratio", 1.4, 0.9, 2.2, unit="ratio", referrals=700, members=33)
    data = {"curves": curves, "rows": rows(50), "wrong": wrong("ever networked", 2.6, 2.0, 3.1)}
    need = NeedMore(410, "mature referrals", 11, 12)
    return result("L9", [first], **{"verdict": "not enough data", "data": data, "need_more": need, **more})


def s1(**more: Any) -> Result:
    random = np.random.default_rng(3)
    two, cust = random.poisson(3, 22), random.poisson(2, 22)
    receivers = pd.DataFrame(
        {
            "person_id": range(22),
            "name": [f"Receiver {i}" for i in range(22)],
            "top_two": two,
            "customers": cust,
            "top_two_value": two * 1200.0,
            "customers_value": cust * 2500.0,
            "outcome": np.sign(two - cust),
            "picks": ["Anna Ash, Ben Birch"] * 22,
        }
    )
    first = estimate("share_top_two_win", 17 / 22, 0.57, 0.9, receivers=24, decided=22)
    data = {"receivers": receivers, "rows": rows(200), "wrong": wrong("chosen after the race", 0.95, 0.8, 0.99)}
    return result("S1", [first], **{"data": data, **more})


def t1(**more: Any) -> Result:
    years = np.arange(6)
    curve = pd.DataFrame(
        {
            "tenure_year": years,
            "same": 1.03**years,
            "low": 0.95**years,
            "high": 1.12**years,
            "cross_section": 1.25**years,
            "net": True,
        }
    )
    attrition = pd.DataFrame(
        {
            "tenure_year": years,
            "entered": [60, 44, 33, 25, 18, 9],
            "left": [14, 9, 6, 4, 3, 1],
            "staying": [46, 35, 27, 21, 15, 8],
        }
    )
    estimates = [
        estimate("yearly_ratio_net_of_drift", 1.06, 0.95, 1.18, unit="per year", member_months=2100, members=35),
        estimate("yearly_ratio_same_person", 1.1, 1.02, 1.19, unit="per year"),
        estimate("yearly_ratio_cross_section", 1.25, 1.2, 1.3, unit="per year"),
    ]
    data = {
        "curve": curve,
        "attrition": attrition,
        "rows": rows(900),
        "wrong": wrong("whoever is there that year", 1.25, 1.2, 1.3),
    }
    return result("T1", estimates, **{"verdict": "not enough data", "data": data, **more})


def unknown(claim: str, verdict: str = "not recorded") -> Result:
    """Nothing was computed."""
    return result(claim, [estimate("x", None)], verdict, confirmed=False)


EACH = {"L1": l1, "L5": l5, "L9": l9, "S4": s4, "S1": s1, "T1": t1}


def without_data(made: Result) -> Result:
    return replace(made, data={})
