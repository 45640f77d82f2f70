"""A firm claims its account with a one-time code that was sent to its registered contact.

The code goes by e-mail or in a printed letter; the record keeps only its digest. It expires, is
good once, and after a few wrong tries for nobody (``rules.yaml`` of the office).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from zhiheng.documents.model import Document, Paragraph, Table
from zhiheng.documents.pdf import write_pdf
from zhiheng.documents.word import write_docx
from zhiheng.office import accounts, audit, dated_values, mail
from zhiheng.office.actions import require_free_name
from zhiheng.office.actors import ORGANISATION, Actor
from zhiheng.office.models import ClaimCode, Party, User
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, UsageError
from zhiheng.subjects import queries
from zhiheng.subjects.models import Organisation

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
GROUPS, LETTERS = 3, 4
ROLE = "representative"


@dataclass(frozen=True)
class Issued:
    """A fresh code; ``code`` is said here and nowhere again."""

    number: int
    organisation: int
    name: str
    code: str
    expires_at: datetime
    sent: bool


def issue(actor: Actor, organisation: int, email: str | None = None) -> Issued:
    """Make a code, void earlier ones of the firm, and send it where an address is given.

    Raises:
        UsageError: there is no such organisation in the actor's scope.
        ContentError: that is no e-mail address.
    """
    actor.require("office.manage")
    found = queries.organisation(actor, organisation)
    if email is not None:
        _require_address(email)
    code = "-".join(
        "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS)) for _group in range(GROUPS)
    )
    now = timezone.now()
    with transaction.atomic():
        ClaimCode.objects.filter(organisation=organisation, used_at=None).update(attempts_left=0)
        channel = ClaimCode.Channel.LETTER if email is None else ClaimCode.Channel.EMAIL
        claim = ClaimCode.objects.create(
            organisation=organisation,
            contact=email or "",
            channel=channel,
            digest="",
            made_by=actor.name,
            made_at=now,
            expires_at=now + timedelta(days=dated_values.today("claim.days")),
            attempts_left=dated_values.today("claim.attempts"),
        )
        claim.digest = _digest(claim.pk, code)
        claim.save(update_fields=["digest"])
        audit.record(
            actor,
            "office.issue_claim_code",
            str(claim.pk),
            {"organisation": organisation, "channel": str(channel)},
        )
    made = Issued(claim.pk, organisation, found.name, code, claim.expires_at, False)
    if email is None:
        return made
    text = "\n\n".join((_("{name}：", name=found.name), *_sentences(made), ""))
    sent = mail.send(email, _("质衡企业账号认领码"), text)
    return Issued(claim.pk, organisation, found.name, code, claim.expires_at, sent)


def _require_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise ContentError(
            "claim.email", _("“{email}”不是邮箱地址。", email=email), _("请核对登记的联系邮箱。")
        ) from error


def _sentences(issued: Issued) -> list[str]:
    until = timezone.localtime(issued.expires_at).date().isoformat()
    return [
        _("贵单位可凭下列认领码开通质衡账号，查看系统里有关贵单位的全部记录，报送数据，提出异议。"),
        _("认领编号：{number}", number=issued.number),
        _("认领码：{code}", code=issued.code),
        _(
            "请于 {until} 前在本系统的“企业认领账号”页面填写。认领码只能用一次，请勿转告他人。",
            until=until,
        ),
    ]


def write_letter(issued: Issued, issuer: str, path: Path) -> None:
    """The code as a printed letter, .docx or .pdf by the ending of ``path``."""
    purpose, number, code, until = _sentences(issued)
    parts = [part.partition("：") for part in (number, code)]
    letter = Document(
        title=_("企业账号认领函"),
        issuer=issuer,
        date=timezone.localdate(),
        blocks=(
            Paragraph(_("{name}：", name=issued.name)),
            Paragraph(purpose),
            Table([said for said, _colon, _value in parts], [[value for *_said, value in parts]]),
            Paragraph(until),
        ),
    )
    if path.suffix.lower() not in {".docx", ".pdf"}:
        raise UsageError(
            "letter.ending",
            _("不能写成 {suffix} 文件。", suffix=path.suffix),
            _("请用 .docx 或 .pdf。"),
        )
    (write_pdf if path.suffix.lower() == ".pdf" else write_docx)(letter, path)


def claim(number: int, code: str, username: str, name: str, password: str, email: str = "") -> User:
    """Open an account of the firm for whoever holds the code.

    Raises:
        ContentError: number or code is wrong, used, expired or void (which is not said), or the
            password is too weak.
        ConflictError: the user name is taken.
    """
    if email:
        _require_address(email)
    tried = ClaimCode.objects.filter(
        pk=number, used_at=None, attempts_left__gt=0, expires_at__gt=timezone.now()
    )
    found = tried.first()
    if found is None or not hmac.compare_digest(found.digest, _digest(number, code)):
        with transaction.atomic():
            tried.update(attempts_left=F("attempts_left") - 1)
            audit.record(Actor.public(), "office.claim_failed", str(number))
        raise ContentError(
            "claim.refused",
            _("认领编号或认领码不对、已用过或已过期。"),
            _("请核对来函；多次填错即作废，可请管理员重发。"),
        )
    require_free_name(username)
    if User.objects.filter(username=username).exists():
        raise ConflictError(
            "user.taken", _("用户名“{username}”不能用。", username=username), _("请换一个用户名。")
        )
    with transaction.atomic():
        if not tried.update(used_at=timezone.now()):
            raise ConflictError("claim.used", _("认领码刚刚被用过。"))
        party = party_of(found.organisation)
        user = User(username=username, name=name, party=party, roles=[ROLE], email=email)
        accounts.put_password(user, password)
        said = {"username": username, "party": party.key, "claim": number}
        audit.record(Actor.public(), "office.claim_account", str(found.organisation), said)
    return user


def party_of(organisation: int) -> Party:
    """The party of an organisation's accounts, made where there is none yet."""
    known = Party.objects.filter(organisation=organisation, kind=ORGANISATION).order_by("id")
    if (party := known.first()) is not None:
        return party
    found = Organisation.objects.get(id=organisation)
    party, _made = Party.objects.get_or_create(
        key=f"org-{found.uscc or found.pk}",
        defaults={
            "kind": ORGANISATION,
            "organisation": organisation,
            "name": found.called[:120],
        },
    )
    return party


def _digest(number: int, code: str) -> str:
    tidy = "".join(c for c in code.upper() if c in ALPHABET)
    keyed = hmac.new(
        settings.SECRET_KEY.encode(), f"claim|{number}|{tidy}".encode(), hashlib.sha256
    )
    return keyed.hexdigest()
