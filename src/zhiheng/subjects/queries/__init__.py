"""Every read of subjects, already scoped to the actor."""

from zhiheng.subjects.queries.organisations import (
    Alias,
    JudgementView,
    OrganisationView,
    last_judgement,
    named,
    organisation,
    resolution_frame,
    resolution_of,
)
from zhiheng.subjects.queries.review import (
    Proposal,
    Recent,
    ReviewItem,
    recent_judgements,
    review_count,
    review_goes_on,
    review_list,
)
from zhiheng.subjects.queries.scope import (
    OwnSubject,
    organisations_visible_to,
    own_references,
    own_subject,
    reference_id,
    references_visible_to,
)
from zhiheng.subjects.queries.search import Found, organisations, search_organisations

__all__ = [
    "Alias",
    "Found",
    "JudgementView",
    "OrganisationView",
    "OwnSubject",
    "Proposal",
    "Recent",
    "ReviewItem",
    "last_judgement",
    "named",
    "organisation",
    "organisations",
    "organisations_visible_to",
    "own_references",
    "own_subject",
    "recent_judgements",
    "reference_id",
    "references_visible_to",
    "resolution_frame",
    "resolution_of",
    "review_count",
    "review_goes_on",
    "review_list",
    "search_organisations",
]
