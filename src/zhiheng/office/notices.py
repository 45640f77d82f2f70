"""What a party is told: on the desk of its people, and by e-mail to those who have an address."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, override

from zhiheng.office import mail
from zhiheng.office.actors import Actor
from zhiheng.office.models import Notice, User
from zhiheng.office.words import _

OBJECTION_FILED = "objection.filed"
OBJECTION_UPHELD = "objection.upheld"
OBJECTION_REJECTED = "objection.rejected"
OBJECTION_WITHDRAWN = "objection.withdrawn"
LETTER = "letter"
"""A letter that says its subject itself: ``subject`` and ``subject_en``."""


def text_of(notice: Notice) -> str:
    """The notice in the language of the reader."""
    if notice.text == LETTER:
        english = (get_language() or "").startswith("en")
        return str(notice.values["subject_en" if english else "subject"])
    texts = {
        OBJECTION_FILED: _("{firm} 对记录 {row} 提出异议（{number}）。", **notice.values),
        OBJECTION_UPHELD: _("对记录 {row} 的异议（{number}）成立：{reason}", **notice.values),
        OBJECTION_REJECTED: _("对记录 {row} 的异议（{number}）不成立：{reason}", **notice.values),
        OBJECTION_WITHDRAWN: _("{firm} 撤回了对记录 {row} 的异议（{number}）。", **notice.values),
    }
    return texts[notice.text]


def tell(parties: set[str], text: str, values: dict[str, Any], link: str) -> None:
    """Write a notice to each party, and letters once the transaction stands."""
    told = lay_on_desks(parties, text, values, link)
    transaction.on_commit(lambda: _send(told))


def lay_on_desks(parties: set[str], text: str, values: dict[str, Any], link: str) -> list[Notice]:
    """Write a notice to each party, without letters."""
    return [
        Notice.objects.create(party=party, text=text, values=values, link=link, at=timezone.now())
        for party in sorted(parties)
    ]


def _send(notices: list[Notice]) -> None:
    for notice in notices:
        people = User.objects.filter(party__key=notice.party, is_active=True).exclude(email="")
        for user in people:
            with override(user.language):
                mail.send(user.email, _("质衡通知"), f"{text_of(notice)}\n")


def notices(actor: Actor) -> QuerySet[Notice]:
    """What the actor's party was told, the newest first."""
    if actor.user_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(party=actor.party).order_by("-id")
