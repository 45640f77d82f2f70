"""What a document says of its own time."""

from __future__ import annotations

import re

from zhiheng.plans.compiler.head import FIVE_YEARS, five_year_end, named_period_end, opening_year
from zhiheng.plans.compiler.model import Document
from zhiheng.plans.compiler.times import Frame

# A report of a year is written after it.
_TOLD = re.compile(r"(?:截[至止]到?|(?:显示|获悉|了解|了解到|统计|介绍)[,:])((?:19|20)\d\d)年")
_AHEAD = re.compile(rf"(?:到|至)(?:{FIVE_YEARS.pattern})")


def frame_of(document: Document, canon: str) -> Frame:
    """The document's own time; the year in its number stands in for a date of issue."""
    issued = int(document.issued_on[:4]) if document.issued_on else opening_year(canon)
    if issued is None and document.number:
        issued = int(document.number.split("〔")[1][:4])
    if issued or document.period:
        return Frame(issued, document.period, named=named_period_end(canon))
    ahead = [five_year_end(m[1] or m[2]) for m in _AHEAD.finditer(canon)]
    told = [int(m[1]) + 1 for m in _TOLD.finditer(canon)]
    assumed = max(told, default=min((end - 4 for end in ahead if end), default=None))
    return Frame(None, None, assumed, named_period_end(canon))
