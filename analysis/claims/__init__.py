"""What other people have claimed about referrals, each worded afresh and measured on the log at hand.

`registry` names each claim, what has to be recorded for it, and its estimates.
"""

from analysis.claims.registry import registry

__all__ = ["registry"]
