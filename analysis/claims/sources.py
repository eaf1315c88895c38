"""Customers and professional partners as sources: whose referrals end in business, and for how much."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from analysis.claims import closing
from analysis.claims.base import Claim, Measured
from analysis.population import CUSTOMER_KINDS, PARTNER_KINDS, Log, Mask, View

NO_CUSTOMERS = (
    "Customers are not recorded here: no receiver's log holds referrals from customers and from partners "
    "alike. Log what customers send too, with the source type “customer”, and partners with “member” or "
    "“partner”."
)


class PartnerClosing(Claim):
    """S4: do referrals from professional partners end in business more often, within the same receiver?"""

    id = "S4"
    title = "Referrals from professional partners close better than those from customers"
    work = "Customers Are Not Your Best Source of Referrals"
    grade = "A"
    needs = ("kind", "status", "closed")
    estimates: ClassVar = {
        "close_rate_difference": "won within the horizon, partners' less customers' referrals, within "
        "receiver (Mantel–Haenszel)",
        "pooled_difference": "the same over everybody",
        "close_rate_partner": "share of partners' mature referrals won within the horizon",
        "close_rate_customer": "share of customers' mature referrals won within the horizon",
        "value_ratio": "mean value per mature referral, partners over customers",
        "days_to_close_difference": "mean days to a win within the horizon, partners less customers",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if len(view.rows) and view.rows["kind"].notna().any() and not both_kinds(view).any():
            return Measured(self.id, view.day, unrecorded=(NO_CUSTOMERS,), warnings=view.warnings)
        of_kind = arms(view)
        measured = closing.measure(view, self.id, of_kind, detail)
        return self._with_curves(view, measured, of_kind.arm) if detail and not measured.unrecorded else measured

    def _with_curves(self, view: View, measured: Measured, arm: closing.Codes) -> Measured:
        """Time to closing: needs no maturity, open referrals count for as long as they have been open."""
        arm = np.where(both_kinds(view), arm, -1)
        days = closing.days_to_close(view, arm)
        t, event, fine = closing.times(view)
        keep = fine & (arm >= 0)
        frame = closing.curves(t[keep], event[keep], arm[keep], last=view.settings.source_exposure_days,
                               least=view.settings.gate_at_risk)  # fmt: skip
        estimate = days.estimate("days_to_close_difference", "days", 0.0, {"referrals": int(keep.sum())})
        return replace(measured, estimates=(*measured.estimates, estimate),
                       data={**measured.data, "curves": frame})  # fmt: skip


def arms(view: View) -> closing.Arms:
    """Referrals of professional partners (1) and of customers (0), of receivers who have both."""
    kind = view.rows["kind"]
    arm = np.select([kind.isin(PARTNER_KINDS), kind.isin(CUSTOMER_KINDS)], [1, 0], -1).astype(np.int64)
    return closing.Arms(
        arm, kind.isna().to_numpy(), "kind", ("close_rate_partner", "close_rate_customer"),
        ("partners' referrals", "customers' referrals"), sources_are_members(view), both_kinds(view),
    )  # fmt: skip


def both_kinds(view: View) -> Mask:
    """Rows of receivers who have had both customers and partners: an absent kind is unrecorded, not zero."""
    kind, receiver = view.rows["kind"], view.rows["receiver_id"]
    partners, customers = set(receiver[kind.isin(PARTNER_KINDS)]), set(receiver[kind.isin(CUSTOMER_KINDS)])
    return receiver.isin(partners & customers).to_numpy()


def sources_are_members(view: View) -> bool:
    """Some sources receive referrals too: then the sources are clusters as well."""
    return bool((view.rows["kind"] == "member").any() or view.rows["source_id"].isin(view.members).any())
