"""Photos that consumers send: checked for what they are, and drawn anew.

Drawing a picture anew from its pixels leaves behind everything else that the file held: where it
was taken, by which device, a preview of what was cropped, anything hidden after the picture.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from zhiheng.complaints.limits import RULES
from zhiheng.documents.signatures import require_content
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

ENDINGS = (".jpg", ".jpeg", ".png")
LONGEST_SIDE = 2400
MOST_PIXELS = 50_000_000
_QUALITY = 85


@dataclass(frozen=True)
class Photo:
    """A cleaned photo, always a JPEG; ``digest`` is the SHA-256 of its content."""

    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def keep(self, folder: Path) -> str:
        """Write it into a folder under its own digest, which is returned."""
        path = place(folder, self.digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(self.content)
        partial.rename(path)
        return self.digest


def place(folder: Path, digest: str) -> Path:
    """Where a kept photo lies."""
    return folder / f"{digest}.jpg"


def received(files: Sequence[tuple[str, int, BinaryIO]], on: date) -> list[Photo]:
    """Photos as they were sent: name, announced size and content of each.

    Raises:
        ContentError: ``photo.count``, ``photo.size``, ``file.ending``, ``file.content``,
            ``photo.pixels`` or ``photo.broken``.
    """
    most = RULES.value("intake.photos_most", on)
    if len(files) > most:
        raise ContentError(
            "photo.count",
            _("这次附了 {count} 张照片。", count=len(files)),
            _("最多 {most} 张；请只留最能说明问题的。", most=most),
        )
    largest = RULES.value("intake.photo_bytes", on)
    return [_received(name, size, content, largest) for name, size, content in files]


def _received(name: str, size: int, content: BinaryIO, largest: int) -> Photo:
    name = Path(name).name[-100:]
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise ContentError(
            "file.ending",
            _("“{name}”不是照片。", name=name),
            _("可用类型：{endings}。", endings="、".join(ENDINGS)),
        )
    if size > largest:
        raise ContentError(
            "photo.size",
            _("“{name}”有 {size} 字节。", name=name, size=size),
            _("一张照片最多 {most} 字节。", most=largest),
        )
    data = content.read(largest + 1)
    if not data:
        raise _broken(name)
    require_content(ending, data[:4096], name)
    return Photo(_drawn_anew(data, name))


def _drawn_anew(data: bytes, name: str) -> bytes:
    """The picture as a fresh JPEG, upright, no larger than a screen needs."""
    try:
        with warnings.catch_warnings():
            # Our own limit is below the one of which Pillow warns, and is checked before decoding.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise _too_many_pixels(name, picture.width, picture.height)
                picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(picture)
                pixels = Image.new("RGB", upright.size, "white")
                shown = upright.convert("RGBA")
                pixels.paste(shown, mask=shown)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise _broken(name) from None
    out = io.BytesIO()
    pixels.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _too_many_pixels(name: str, width: int, height: int) -> ContentError:
    return ContentError(
        "photo.pixels",
        _("“{name}”有 {width}×{height} 个像素。", name=name, width=width, height=height),
        _("最多 {most} 个像素；请缩小后再交。", most=MOST_PIXELS),
    )


def _broken(name: str) -> ContentError:
    return ContentError(
        "photo.broken",
        _("“{name}”打不开，不是完整的照片。", name=name),
        _("请重新拍摄，或另存为 JPG 后再交。"),
    )
