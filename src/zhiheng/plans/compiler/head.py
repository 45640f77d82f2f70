"""The head of a document: title, number, issuers, date of issue, period."""

from __future__ import annotations

import re
from datetime import date

from zhiheng.plans.compiler.blocks import Block
from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.model import Document
from zhiheng.plans.compiler.numerals import number

_HEAD = 1500  # characters in which a head is looked for
_TAIL = 600
_OPENING = 300
_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{1,12})\s*[〔\[(【]\s*((?:19|20)\d\d)\s*[〕\])】]\s*(?:第\s*)?(\d{1,5})\s*号"
)
# 关于……的通知（衡政发〔2026〕1号）, on the first line.
_BESIDE_TITLE = re.compile(
    rf"\s*[^\n。;]{{4,60}}的?(?:通知|意见|决定|批复|方案|规划)\s*[(]{_NUMBER.pattern}[)]"
)
_BEFORE_NUMBER = re.compile(r".*(?:通知|意见|决定|批复|办法|文号|字号|编号|方案|规划|纲要)")
_DIGIT_DAY = re.compile(r"((?:19|20)\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
_WHOLE_DAY = re.compile(
    r"((?:19|20)\d\d)\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日(?!(?:之|以)?前|底|止|起)"
    r"|((?:19|20)\d\d)([-/.])\d{1,2}\3\d{1,2}(?!\d)"
)
_CN_DAY = re.compile(
    r"([二一][〇零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_DAY_LABEL = re.compile(r"(成文|印发|发文|签发)(日期|时间)")
_OTHER_LABEL = re.compile(r"(发布|公布|时间|日期)")
_RANGE = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-—―~至到]{1,2}\s*((?:19|20)\d\d)\s*年?")
# 2026年为民办实事项目: a list of one year's work.
_YEARLY = re.compile(
    r"(?:[\u4e00-\u9fff]{2,16})?20\d\d年[\u4e00-\u9fff]{2,24}(?:项目|清单|工作|任务|行动|目标|指标|责任书)"
)
_PERIOD = re.compile(rf"\({_RANGE.pattern}\)")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
FIVE_YEARS = re.compile(
    r"[“\"‘]?(十?[一二三四五六七八九])五[”\"’](?!周年)|(十[一二三四五六七])五(?=规划|计划|期|时|末|收)"
)
_ABOUT = re.compile(r"^(.{2,40}?)(?:关于|印发|转发)")
_NAMED = re.compile(
    r"《([^《》]{2,40}?)\(((?:19|20)\d\d)\s*[-—―~至]{1,2}\s*((?:19|20)\d\d)年?\)[^《》]{0,6}》"
)
_SENTENCE = re.compile(r"[。;；!！]|[,，].*[,，]")


def read_head(canon: str, blocks: list[Block]) -> tuple[Document, int]:
    """The head, and the offset at which the body begins."""
    title, title_end, notice = _title(canon, blocks)
    day, signers = _signature(canon, blocks)
    issuers = signers or _from_title(title)
    document = Document(
        title=title,
        number=_number(canon),
        issuer="、".join(issuers) or None,
        issuers=issuers,
        issued_on=day.isoformat() if day else None,
        period=_period(title, canon) or (years_of(notice) if notice else None),
    )
    return document, title_end


def five_year_end(text: str) -> int | None:
    """The last year of a five-year plan by its ordinal: 十二五 ends in 2015."""
    ordinal = number(text)
    return None if ordinal is None or not 1 <= ordinal <= 20 else 1955 + 5 * int(ordinal)


def years_of(title: str) -> tuple[int, int] | None:
    """The period that a title names."""
    if found := _RANGE.search(title):
        first, last = int(found[1]), int(found[2])
        return (first, last) if first <= last else None
    if found := FIVE_YEARS.search(title):
        end = five_year_end(found[1] or found[2])
        return (end - 4, end) if end else None
    years = {int(year) for year in _YEAR.findall(title)}
    return (min(years), max(years)) if len(years) == 1 else None


def opening_year(canon: str) -> int | None:
    """The year of the first whole date in the opening of a text: 2023年3月5日，……开幕。"""
    found = _WHOLE_DAY.search(canon, 0, _OPENING)
    return int(found[1] or found[2]) if found else None


def named_period_end(canon: str) -> int | None:
    """The last year of the only plan with a period that the opening of a text names."""
    ends = {int(found[3]) for found in _NAMED.finditer(canon, 0, _HEAD)}
    return ends.pop() if len(ends) == 1 else None


def _number(canon: str) -> str | None:
    if found := _BESIDE_TITLE.match(canon):
        return f"{found[1]}〔{found[2]}〕{found[3]}号"
    for found in _NUMBER.finditer(canon, 0, _HEAD):
        before = canon[max(0, found.start() - 40) : found.start()]
        if before.rfind("(") > before.rfind(")") or before.rfind("《") > before.rfind("》"):
            continue
        name = _BEFORE_NUMBER.sub("", found[1])
        if name:
            return f"{name}〔{found[2]}〕{found[3]}号"
    return None


def _title(canon: str, blocks: list[Block]) -> tuple[str | None, int, str | None]:
    """The plan's own title, where it ends, and the title of the notice that passes it on.

    The notice's stands in where there is no other; a period in brackets on the line below the
    title belongs to it.
    """
    ends = pattern(
        r"{plan_names}(?:节要|要点|分解表|(?:主要|量化)?指标表?)?(?:\([^()]*\))?(?:》?的通知)?$"
    )
    notice: tuple[str, int] | None = None
    for i, block in enumerate(blocks):
        if block.start > _HEAD or (block.marker and block.marker.level in (4, 5)):
            break
        for line in re.split(r" {3,}|(?<=日) {2,}", canon[block.start : block.end]):
            text = re.sub(r"\s+", "", line).strip("#《》:")
            if not 4 <= len(text) <= 80 or _SENTENCE.search(text) or ">" in text:
                continue
            if "|" in text or text.startswith("附件") or line.rstrip().endswith(":"):
                continue
            of_years = _RANGE.search(text) and pattern("{plan_words}").search(text)
            if not (ends.search(text) or _YEARLY.fullmatch(text) or of_years):
                continue
            if "通知" in text[-3:] or "》" in text:
                notice = notice or (text, block.end)
                continue
            below = blocks[i + 1] if i + 1 < len(blocks) else block
            if _PERIOD.fullmatch(canon, below.start, below.end):
                years = re.sub(r"\s+", "", canon[below.start : below.end])
                return text + years, below.end, notice[0] if notice else None
            return text, block.end, notice[0] if notice else None
    return (notice[0], notice[1], None) if notice else (None, 0, None)


def _signature(canon: str, blocks: list[Block]) -> tuple[date | None, tuple[str, ...]]:
    """The day under the text or its title, and the bodies named on the lines before it."""
    labelled: date | None = None
    other: date | None = None
    near = [b for b in blocks if b.start < _HEAD or b.end > len(canon) - _TAIL]
    for i, block in enumerate(near):
        text = canon[block.start : block.end]
        found = _day(text)
        if found is None:
            continue
        day, start, end = found
        rest = (text[:start] + text[end:]).strip(" 。|")
        if not rest:
            signers = _bodies_before(canon, near[:i])
            if signers:
                return day, signers
            other = other or day
        elif (tail := _last_body(text[:start])) and text[end : end + 1] in {"", " ", "\n"}:
            return day, (tail,)
        elif _DAY_LABEL.search(rest):
            labelled = labelled or day
        elif _OTHER_LABEL.search(rest) and len(rest) < 60:
            other = other or day
    signers = ()
    for block in near[:12]:
        signers = signers or _bodies(canon[block.start : block.end])
    return labelled or other, signers


def _day(text: str) -> tuple[date, int, int] | None:
    for expression in (_DIGIT_DAY, _CN_DAY):
        if found := expression.search(text):
            parts = [number(part) for part in found.groups()]
            try:
                return date(*(int(part or 0) for part in parts)), found.start(), found.end()
            except ValueError:
                continue
    return None


def _bodies_before(canon: str, blocks: list[Block]) -> tuple[str, ...]:
    signers: tuple[str, ...] = ()
    for block in reversed(blocks[-6:]):
        names = _bodies(canon[block.start : block.end])
        if not names:
            break
        signers = names + signers
    return signers


def _bodies(line: str) -> tuple[str, ...]:
    """The bodies of a line that names nothing else."""
    text = re.sub(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff] )|印发$", "", line.strip())
    if len(text) > 80 or re.search(r"[:：。,，|]", text):
        return ()
    text = _NUMBER.sub("", text).strip()
    names = [name for name in re.split(r"[ 、]+", text) if name]
    if all(len(name) == 1 for name in names):
        names = ["".join(names)]
    full = pattern(r"^[\u4e00-\u9fff]{2,30}(?:政府|委员会|办公厅|办公室|小组|[部局厅院署委会])$")
    return tuple(names) if names and all(full.match(name) for name in names) else ()


def _last_body(text: str) -> str | None:
    """A body that stands, perhaps letter-spaced, before a date in running text."""
    if not (
        found := re.search(r"(?:^|\s{3,})([\u4e00-\u9fff](?: {0,3}[\u4e00-\u9fff]){1,24}) *$", text)
    ):
        return None
    name = found[1].replace(" ", "")
    return name if _bodies(name) else None


def _from_title(title: str | None) -> tuple[str, ...]:
    if title is None:
        return ()
    if found := _ABOUT.search(title):
        return _bodies(found[1].replace(" ", ""))
    found = re.match(r"([\u4e00-\u9fff]{2,20}(?:政府|委员会|[局部厅院署]))(?=[“\d(])", title)
    return (found[1],) if found else ()


def _period(title: str | None, canon: str) -> tuple[int, int] | None:
    """The title's own period; an implementing document takes that of what it implements."""
    if title is None:
        return None
    if period := years_of(title):
        return period
    if re.search(r"贯彻|落实|实施|执行", title):
        for found in _NAMED.finditer(canon, 0, _HEAD):
            if found[1] in title:
                return int(found[2]), int(found[3])
    return None
