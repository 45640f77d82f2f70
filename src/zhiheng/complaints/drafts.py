"""Drafts of the public form: kept for a while, opened again by their receipt, gone once sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from zhiheng.complaints import receipts
from zhiheng.complaints.limits import RULES
from zhiheng.complaints.models import Draft
from zhiheng.evidence.value_checks import LONGEST_TEXT
from zhiheng.office.actors import Actor
from zhiheng.office.jobs import daily
from zhiheng.office.progress import Progress
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, RightError

_EPOCH = date(2000, 1, 1)


def save(answers: Mapping[str, str], request: str) -> receipts.Receipt:
    """Keep a form as it stands; the same request again overwrites its own draft.

    Raises:
        ContentError: ``draft.length``: one of the texts is longer than any form takes.
    """
    if too_long := [name for name, text in answers.items() if len(text) > LONGEST_TEXT]:
        raise ContentError(
            "draft.length",
            _("草稿里有 {count} 项文字过长。", count=len(too_long)),
            _("每项最多 {most} 个字。", most=LONGEST_TEXT),
        )
    # A draft has no day: whoever saves it again after midnight keeps the same receipt.
    receipt = receipts.issue(_EPOCH, f"draft|{request}", settings.SECRET_KEY.encode())
    Draft.objects.update_or_create(
        number=receipt.number,
        defaults={
            "digest": receipts.digest(receipt.secret),
            "answers": {name: text for name, text in answers.items() if text},
        },
    )
    return receipt


def open_again(number: str, secret: str) -> dict[str, str]:
    """What a draft says. Raises RightError, the same for a wrong number and a wrong secret."""
    found = Draft.objects.filter(number=number.strip().upper()).first()
    if not receipts.fits(secret, found.digest if found else None) or found is None:
        raise RightError(
            "draft.refused",
            _("草稿编号或查询码不对，或草稿已过期。"),
            _("草稿保留 {days} 天；请核对，或重新填写。", days=days_kept()),
        )
    return dict(found.answers)


def drop(request: str) -> None:
    """Forget the draft of a form that was sent."""
    receipt = receipts.issue(_EPOCH, f"draft|{request}", settings.SECRET_KEY.encode())
    Draft.objects.filter(number=receipt.number).delete()


def days_kept() -> int:
    days: int = RULES.value("intake.draft_days", timezone.localdate())
    return days


@daily("complaints.drafts")
def forget_old(_actor: Actor, _progress: Progress) -> dict[str, int]:
    """Delete the drafts that nobody sent in time."""
    before = timezone.now() - timedelta(days=days_kept())
    gone, _by_model = Draft.objects.filter(saved_at__lt=before).delete()
    return {"drafts": gone}
