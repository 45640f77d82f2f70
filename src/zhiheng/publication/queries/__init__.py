"""Every read of releases: public ones take no actor, those of staff are scoped to theirs."""

from zhiheng.publication.queries.public import (
    WithdrawalNotice,
    current_release,
    notices,
    released_levels,
    released_map,
    released_plan,
    released_plans,
    released_region,
    released_series,
    released_target,
    released_verdicts,
)
from zhiheng.publication.queries.staff import (
    decision_row,
    figures,
    release,
    release_of,
    release_row,
    releases,
    waiting,
    waiting_count,
)

__all__ = [
    "WithdrawalNotice",
    "current_release",
    "decision_row",
    "figures",
    "notices",
    "release",
    "release_of",
    "release_row",
    "released_levels",
    "released_map",
    "released_plan",
    "released_plans",
    "released_region",
    "released_series",
    "released_target",
    "released_verdicts",
    "releases",
    "waiting",
    "waiting_count",
]
