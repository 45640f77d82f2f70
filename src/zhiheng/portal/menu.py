"""The two menus: what everybody may read, and what the signed-in person may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.procedures.catalogue import ALL as PROCEDURES


@dataclass(frozen=True)
class Entry:
    """One link; ``here`` says that the page shown lies under it."""

    path: str
    title: str
    here: bool


def menus(request: HttpRequest) -> dict[str, Any]:
    """Context of the menu templates."""
    actor: Actor | None = getattr(request, "actor", None)
    path = request.path
    signed_in = actor is not None and actor.user_id is not None
    return {
        "public_menu": _entries(_public(), path),
        "desk_menu": _entries(_desk(actor), path) if signed_in and actor else [],
        "signed_in": signed_in,
    }


def _entries(links: list[tuple[str, str]], path: str) -> list[Entry]:
    best = max(
        (link for link, _title in links if path == link or path.startswith(link.rstrip("/") + "/")),
        key=len,
        default="",
    )
    return [
        Entry(link, title, link == best and (link != "/" or path == "/")) for link, title in links
    ]


def _public() -> list[tuple[str, str]]:
    return [
        ("/", _("判定总览")),
        ("/regions", _("分区域")),
        ("/complaints", _("投诉举报")),
        ("/complaints/statistics", _("投诉公示")),
        ("/method", _("判定方法")),
        ("/proof", _("如何验证")),
    ]


def _desk(actor: Actor) -> list[tuple[str, str]]:
    """Only what the person may do; the pages themselves check again."""
    offered = (
        ("/desk", _("工作台"), None),
        *(("/desk/cases", _("案件"), procedure.read) for procedure in PROCEDURES.values()),
        ("/desk/import", _("报送数据"), "evidence.import"),
        ("/desk/own", _("本企业档案"), "objections.file" if actor.organisation else "nobody"),
        ("/desk/organisations", _("主体档案"), "evidence.read"),
        ("/desk/objections", _("异议"), "objections.decide"),
        ("/desk/objections", _("异议"), "objections.file"),
        ("/desk/complaints/enter", _("登记来电来访"), "complaints.enter"),
        ("/desk/complaints/statistics", _("投诉统计"), "complaints.handle"),
        ("/desk/review", _("主体核对"), "subjects.review"),
        ("/desk/measurements", _("测算"), "indicators.measure"),
        ("/desk/releases", _("发布"), "publication.read"),
        ("/desk/complaints/publish", _("公布投诉统计"), "publication.request"),
        ("/desk/audit", _("操作日志"), "audit.read"),
    )
    found = {path: title for path, title, right in offered if right is None or actor.can(right)}
    return list(found.items())
