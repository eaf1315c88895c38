"""Every claim by its id, in the order in which pages and commands show them."""

from __future__ import annotations

from analysis.claims.base import Claim, Measured
from analysis.claims.first_contact import NetworkedSources
from analysis.claims.presence import NetworkedClosing, NetworkedShare
from analysis.claims.sources import PartnerClosing
from analysis.claims.tenure import Tenure
from analysis.claims.top_two import TopTwo

registry: dict[str, Claim] = {
    claim.id: claim
    for claim in (
        NetworkedShare(),
        NetworkedClosing(),
        NetworkedSources(),
        TopTwo(),
        PartnerClosing(),
        Tenure(),
    )
}

__all__ = ["Claim", "Measured", "registry"]
