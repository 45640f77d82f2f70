"""Bytes to running text, also where a few of them are damaged: nothing readable is refused.

Tables go by `zhiheng.documents.encodings`, which refuses what it is not sure of; prose is read by
people afterwards, so that a lost sign may be marked and the rest taken.
"""

from __future__ import annotations

import codecs
from itertools import islice

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

LOST = "\ufffd"
_SAMPLE = 50_000
_CANDIDATES = ("utf-8", "gb18030", "big5")


def decoded(data: bytes, name: str) -> tuple[str, str, int]:
    """(text, encoding, number of lost signs); lost signs stand as U+FFFD.

    Raises:
        ContentError: ``file.kind`` for what is no text, ``file.encoding`` for an unknown encoding.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
        return text, "utf-16", text.count(LOST)
    if b"\0" in data[:_SAMPLE]:
        return _wide(data, name)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError:
        pass
    best: tuple[float, str, str] | None = None
    for encoding in _CANDIDATES:
        text = data.decode(encoding, errors="replace")
        share = _likeness(text)
        if best is None or share > best[0]:
            best = (share, encoding, text)
    if best is None or best[0] < 0.6:
        raise _unreadable(data, name)
    return best[2], best[1], best[2].count(LOST)


def _wide(data: bytes, name: str) -> tuple[str, str, int]:
    """UTF-16 without its mark: the high byte of a line end or digit is zero."""
    head = data[:_SAMPLE]
    order = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    text = data.decode(order, errors="replace")
    if "\0" in text or _likeness(text) < 0.6:
        raise _unreadable(data, name)
    return text, order, text.count(LOST)


def _likeness(text: str) -> float:
    """Share of the signs beyond ASCII that Chinese text of either script uses; 1.0 for none."""
    seen = fit = 0
    for sign in islice((c for c in text if c > "\x7f"), _SAMPLE):
        seen += 1
        fit += _is_usual(sign)
    if not seen:
        return 1.0 if sum(c < " " and c not in "\r\n\t\f" for c in text[:_SAMPLE]) == 0 else 0.0
    return fit / seen


def _is_usual(sign: str) -> bool:
    if "\u3000" <= sign <= "\u303f" or "\uff01" <= sign <= "\uff5e" or sign in "“”‘’—…·①②③④⑤\xa0":
        return True
    if not "\u4e00" <= sign <= "\u9fff":
        return False
    try:
        return 0xB0 <= sign.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        pass
    try:
        # The common characters of Big5; rare ones begin at C9.
        return 0xA4 <= sign.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


def _unreadable(data: bytes, name: str) -> ContentError:
    strange = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data[:_SAMPLE])
    if strange > len(data[:_SAMPLE]) // 50:
        return ContentError(
            "file.kind",
            _("文件 {name} 不是文字文件。", name=name),
            _("可读的有 txt、md、html、docx 和 pdf。"),
        )
    return ContentError(
        "file.encoding",
        _("文件 {name} 不能按 UTF-8、GB18030、Big5 或 UTF-16 读出文字。", name=name),
        _("请用记事本另存为 UTF-8 编码后再交。"),
    )
