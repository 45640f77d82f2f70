"""Conventions that all parts of the API share: who asks, what is refused, how pages go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema
from ninja.security import HttpBearer
from ninja.utils import check_csrf
from pydantic import AfterValidator, Field

from zhiheng.office import accounts
from zhiheng.office.actors import Actor
from zhiheng.office.models import Job
from zhiheng.office.queries import actor_of_token
from zhiheng.office.words import _
from zhiheng.rules.errors import RightError
from zhiheng.web.access import actor_of

MOST = 200
LARGEST = 2**63 - 1


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError(_("文字里不能有空字符（NUL）"))
    return text


Number = Annotated[int, Field(ge=0, le=LARGEST)]
"""An id, or where a page ended."""

Text = Annotated[str, Field(max_length=300), AfterValidator(_without_nul)]
LongText = Annotated[str, Field(max_length=4000), AfterValidator(_without_nul)]
Limit = Annotated[int, Field(ge=1, le=MOST, description="每页条数 / rows a page")]
After = Annotated[
    int, Field(ge=0, le=LARGEST, description="上一页的 next / where the last page ended")
]


class Token(HttpBearer):
    """A bearer token stands for the account that it was made for."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = actor_of_token(token)
        if actor is not None:
            accounts.require_second_factor(actor)
            request.actor = actor  # type: ignore[attr-defined]
        return actor


class Session:
    """A browser that signed in; what changes anything needs the CSRF token as on every page."""

    openapi_security_schema = {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "浏览器登录后的会话；写操作须带 X-CSRFToken / a signed-in browser",
    }

    def __call__(self, request: HttpRequest) -> Actor | None:
        actor = actor_of(request)
        if actor.user_id is None:
            return None
        if getattr(request, "before", ""):
            raise RightError(
                "account.due",
                _("这个账号须先更换口令或启用第二因素。"),
                _("请在浏览器里打开“我的账号”完成后再试。"),
            )
        if check_csrf(request) is not None:
            raise RightError(
                "csrf.missing",
                _("系统无法确认这次提交出自您本人。"),
                _("请带上请求头 X-CSRFToken，或改用访问令牌。"),
            )
        return actor


SIGNED_IN: list[Callable[[HttpRequest], Any]] = [Token(), Session()]
"""Who may call what is not public: a token or a signed-in browser."""

BROWSER: list[Callable[[HttpRequest], Any]] = [Session()]
"""What a program may not do in a person's name."""

T = TypeVar("T")


class Page(Schema, Generic[T]):
    """Some of the rows, and how to go on."""

    items: list[T]
    next: int | None = Field(
        description="作为 after 传回即得下一页；null 为末页 / pass as after; null at the end"
    )


def page(rows: Sequence[Any], limit: int, place: Callable[[Any], int]) -> dict[str, Any]:
    """One page out of up to ``limit + 1`` rows that were read; nothing is counted.

    Args:
        place: of a row, the id behind which the next page begins.
    """
    shown = rows[:limit]
    return {"items": shown, "next": place(shown[-1]) if len(rows) > limit else None}


class JobStarted(Schema):
    """Work was put into the queue; ask for the job until it is done or failed."""

    job: int = Field(examples=[7])
    state: str = Field(examples=["queued"])
    href: str = Field(examples=["/api/v1/jobs/7"])


def job_started(job: Job) -> dict[str, Any]:
    return {"job": job.id, "state": job.state, "href": f"/api/v1/jobs/{job.id}"}


def require_any(request: HttpRequest, *rights: str) -> Actor:
    """The actor, who must hold one of the rights. Raises RightError."""
    actor = actor_of(request)
    if not any(actor.can(right) for right in rights):
        actor.require(rights[0])
    return actor
