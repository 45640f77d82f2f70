"""The API's root: every room's part under one address, one document, one form of refusal."""

from __future__ import annotations

from functools import cache

from ninja import NinjaAPI

from zhiheng import __version__
from zhiheng.complaints.api import router as complaints
from zhiheng.evidence.api import router as evidence
from zhiheng.indicators.api import router as indicators
from zhiheng.plans.api import router as plans
from zhiheng.portal.api import refusals
from zhiheng.portal.api.account import router as account
from zhiheng.portal.api.office import router as office
from zhiheng.portal.api_document import TITLE, Document
from zhiheng.procedures.api import router as procedures
from zhiheng.publication.api import open_data
from zhiheng.publication.api import router as publication
from zhiheng.reports.api import router as reports
from zhiheng.subjects.api import router as subjects


class Api(NinjaAPI):
    """Ninja with a document of our own: both languages, and every refusal described."""

    def get_openapi_schema(self, **_asked: object) -> Document:
        return _document(self)


@cache
def _document(of: Api) -> Document:
    """Made once: nothing in it changes while the process lives."""
    return Document(of, "api/v1/")


api = Api(
    title=TITLE,
    version=__version__,
    urls_namespace="api",
    docs_url=None,
    parser=refusals.StrictParser(),
)
refusals.handle(api)
api.add_router("/open", open_data)
for router in (
    office,
    account,
    evidence,
    subjects,
    indicators,
    procedures,
    plans,
    publication,
    complaints,
    reports,
):
    api.add_router("", router)
