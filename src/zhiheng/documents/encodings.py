"""Which encoding a text file is written in: UTF-8, GB 18030 (with GBK, GB 2312) or UTF-16."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

from charset_normalizer import from_bytes

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_SAMPLE = 200_000  # characters, or bytes, looked at where a guess is enough
_PIECE = 1 << 24
_LEAST_COMMON = 0.5  # share of everyday characters below which a reading is taken for nonsense
_BOMS_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def to_utf8(data: bytes) -> tuple[bytes, str]:
    """The same text in UTF-8 without byte order mark, and the encoding it came in.

    Raises:
        ContentError: ``file.encoding`` if it is in none of the three.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if data.startswith(_BOMS_UTF16) or b"\0" in data[:_SAMPLE]:
        return _from_utf16(data)
    try:
        data.decode("utf-8")
        return data, "utf-8"
    except UnicodeDecodeError as error:
        broken_at = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise _unknown(data, broken_at) from None
    # GB 18030 accepts nearly any pair of bytes, so that Big5 or damaged UTF-8 would pass as
    # rare characters and enter the record as nonsense.
    if _common_share(text) < _LEAST_COMMON:
        raise _unknown(data, broken_at)
    return text.encode("utf-8"), "gb18030"


def utf8_view(path: Path) -> tuple[bytes | mmap, int]:
    """The text of a file too large to hold, in UTF-8, and the byte at which it begins.

    Text in another encoding is written over into a temporary file.

    Raises:
        ContentError: ``file.encoding``, see `to_utf8`.
    """
    with path.open("rb") as file:
        data = mmap(file.fileno(), 0, access=ACCESS_READ)
    head = data[:_SAMPLE]
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    if not start and (head.startswith(_BOMS_UTF16) or b"\0" in head):
        return _rewritten(data, path, _utf16_name(head))
    try:
        for _text in _decoded(data, "utf-8"):
            pass
        return data, start
    except UnicodeDecodeError:
        return _rewritten(data, path, "gb18030")


def _rewritten(data: mmap, path: Path, encoding: str) -> tuple[mmap, int]:
    with tempfile.TemporaryFile() as file:
        try:
            for number, text in enumerate(_decoded(data, encoding)):
                if "\0" in text or (number == 0 and _common_share(text) < _LEAST_COMMON):
                    to_utf8(path.read_bytes())
                file.write(text.encode("utf-8"))
        except UnicodeDecodeError:
            to_utf8(path.read_bytes())
        file.flush()
        return mmap(file.fileno(), 0, access=ACCESS_READ), 0


def _decoded(data: mmap, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for at in range(0, len(data), _PIECE):
        yield decoder.decode(data[at : at + _PIECE], final=at + _PIECE >= len(data))


def _from_utf16(data: bytes) -> tuple[bytes, str]:
    name = _utf16_name(data[:_SAMPLE])
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise _unknown(data, error.start) from None
    if "\0" in text or (name != "utf-16" and _common_share(text) < _LEAST_COMMON):
        raise _unknown(data, data.index(b"\0"))
    return text.encode("utf-8"), name


def _utf16_name(head: bytes) -> str:
    if head.startswith(_BOMS_UTF16):
        return "utf-16"
    # The high byte of a digit, a comma or a line end is zero: it comes second in LE.
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _common_share(text: str) -> float:
    """Share of the characters beyond ASCII that are everyday Chinese or its punctuation.

    Everyday means GB 2312 level 1 and its symbol rows 1–3. Chinese administrative text has more
    than 0.95; the same text in Big5 or UTF-8 read as GB 18030 has less than 0.3.
    """
    seen = common = 0
    for character in islice((c for c in text if c > "\x7f"), _SAMPLE):
        seen += 1
        try:
            lead = character.encode("gb2312")[0]
        except UnicodeEncodeError:
            continue
        common += lead <= 0xA3 or 0xB0 <= lead <= 0xD7
    return common / seen if seen else 1.0


def _unknown(data: bytes, broken_at: int) -> ContentError:
    line = data.count(b"\n", 0, broken_at) + 1
    guess = from_bytes(data[:_SAMPLE]).best()
    likely = _("它看起来是 {name}。", name=guess.encoding) if guess and b"\0" not in data else ""
    return ContentError(
        "file.encoding",
        _("第 {line} 行起不能按 UTF-8、GB18030 或 UTF-16 读出文字。", line=line) + likely,
        _("请在表格软件中另存为“CSV UTF-8”或 xlsx 后再交。"),
    )
