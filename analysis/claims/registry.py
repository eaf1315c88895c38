"""Every claim by its id, in the order in which pages and commands show them."""

from __future__ import annotations

from analysis.claims.acquaintance import Acquaintance
from analysis.claims.again import RefersAgain
from analysis.claims.asking import BalanceBeforeAsking
from analysis.claims.base import Claim, Measured
from analysis.claims.chains import Chains
from analysis.claims.depth import Depth
from analysis.claims.exchange import Exchange
from analysis.claims.first_contact import NetworkedSources
from analysis.claims.further import FurtherReferrals
from analysis.claims.gatekeepers import Gatekeepers
from analysis.claims.giving import GivingLeads, ReturnsFromOthers
from analysis.claims.growth import GrowthShape
from analysis.claims.hopping import Hopping
from analysis.claims.ponds import Ponds
from analysis.claims.presence import NetworkedClosing, NetworkedShare
from analysis.claims.quick import Quick
from analysis.claims.ratings import Ratings
from analysis.claims.repeatable import KeepsLevel, Quarters
from analysis.claims.returns import Returned
from analysis.claims.somebody import NewSomebody
from analysis.claims.sources import PartnerClosing
from analysis.claims.tenure import Tenure
from analysis.claims.top_two import TopTwo
from analysis.claims.value import PerceivedValue

registry: dict[str, Claim] = {
    claim.id: claim
    for claim in (
        NetworkedShare(),
        GrowthShape(),
        Chains(),
        NetworkedClosing(),
        NetworkedSources(),
        TopTwo(),
        FurtherReferrals(),
        RefersAgain(),
        PartnerClosing(),
        Exchange(),
        Tenure(),
        Hopping(),
        Quarters(),
        KeepsLevel(),
        NewSomebody(),
        Returned(),
        GivingLeads(),
        ReturnsFromOthers(),
        Ponds(),
        Gatekeepers(),
        BalanceBeforeAsking(),
        Depth(),
        Acquaintance(),
        Quick(),
        PerceivedValue(),
        Ratings(),
    )
}

__all__ = ["Claim", "Measured", "registry"]
