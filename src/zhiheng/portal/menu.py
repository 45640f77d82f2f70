"""The two menus: what everybody may read, and what the signed-in person may do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.procedures.catalogue import ALL as PROCEDURES

MOST_KEPT = 1_000
"""Menus in memory: one for each language, set of rights and place."""

Links: TypeAlias = tuple[tuple[str, str], ...]
"""Addresses with their titles."""


@dataclass(frozen=True)
class Entry:
    """One link; ``here`` says that the page shown lies under it."""

    path: str
    title: str
    here: bool


def menus(request: HttpRequest) -> dict[str, Any]:
    """Context of the base page: the menus as HTML, and whether somebody is signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    person = actor if actor is not None and actor.user_id is not None else None
    return {"menu": _menu(request.path, person), "signed_in": person is not None}


def _menu(path: str, person: Actor | None) -> SafeString:
    language = get_language() or ""
    rights = person.rights if person else None
    firm = person is not None and person.organisation is not None
    links = _links(language, rights, firm)
    here = tuple(_best(each, path) for each in links)
    return _drawn(language, rights, firm, *here)


@lru_cache(maxsize=MOST_KEPT)
def _links(_language: str, rights: frozenset[str] | None, firm: bool) -> tuple[Links, Links]:
    return _public(), _desk(rights, firm) if rights is not None else ()


@lru_cache(maxsize=MOST_KEPT)
def _drawn(language: str, rights: frozenset[str] | None, firm: bool, *here: str) -> SafeString:
    """The menus, which depend on nothing but what is named here."""
    public, desk = (
        [Entry(link, title, link == at) for link, title in links]
        for links, at in zip(_links(language, rights, firm), here, strict=True)
    )
    return render_to_string("menu/menu.html", {"public_menu": public, "desk_menu": desk})


def _best(links: Links, path: str) -> str:
    """The link of the menu under which the page lies; empty where it lies under none."""
    under = [
        link
        for link, _title in links
        if path == link or (link != "/" and path.startswith(f"{link}/"))
    ]
    return max(under, key=len, default="")


def _public() -> Links:
    return (
        ("/", _("判定总览")),
        ("/regions", _("分区域")),
        ("/complaints", _("投诉举报")),
        ("/complaints/statistics", _("投诉公示")),
        ("/method", _("判定方法")),
        ("/proof", _("如何验证")),
    )


def _desk(rights: frozenset[str], firm: bool) -> Links:
    """Only what the person may do; the pages themselves check again."""
    offered = (
        ("/desk", _("工作台"), None),
        *(("/desk/cases", _("案件"), procedure.read) for procedure in PROCEDURES.values()),
        ("/desk/import", _("报送数据"), "evidence.import"),
        ("/desk/own", _("本企业档案"), "objections.file" if firm else "nobody"),
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
    found = {path: title for path, title, right in offered if right is None or right in rights}
    return tuple(found.items())
