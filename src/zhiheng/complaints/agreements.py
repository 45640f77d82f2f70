"""The agreement of a mediation as a document for both sides to sign."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from zhiheng.documents.model import Document, Heading, Paragraph, Table
from zhiheng.documents.word import write_docx
from zhiheng.office.words import _


def write_agreement(
    path: Path,
    *,
    number: str,
    unit: str,
    complainant: str,
    respondent: str,
    dispute: str,
    terms: str,
    day: date,
) -> None:
    """Write the agreement as .docx.

    Args:
        dispute: what happened, as the complainant told it.
        terms: what was agreed.
    """
    blocks = (
        Table(
            (_("案件编号"), _("投诉人"), _("被投诉人")),
            ((number, complainant or "—", respondent or "—"),),
        ),
        Heading(1, _("争议事实")),
        Paragraph(dispute or "—"),
        Heading(1, _("协议内容")),
        Paragraph(terms),
        Heading(1, _("效力")),
        Paragraph(_("协议由双方自愿达成。一方不履行的，另一方可以依法提起诉讼。")),
        Paragraph(_("投诉人（签名）：　　　　　　　　被投诉人（签章）：")),
    )
    write_docx(Document(title=_("消费争议调解协议书"), issuer=unit, date=day, blocks=blocks), path)
