"""Files that stand behind an objection: kept under their own digest, checked for what they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from zhiheng.documents.signatures import require_content
from zhiheng.evidence.kept_files import ATTACHED
from zhiheng.office.home import current
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

ENDINGS = (".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx")
MOST_BYTES = 20 * 2**20


@dataclass(frozen=True)
class Attachment:
    """A checked file, not yet kept."""

    name: str
    content: bytes

    def keep(self) -> str:
        """Keep it in the home; returns the SHA-256 of its content."""
        digest = hashlib.sha256(self.content).hexdigest()
        path = folder() / f"{digest}{Path(self.name).suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(self.content)
        partial.rename(path)
        return digest


def folder() -> Path:
    return current().files / ATTACHED


def received(upload: UploadedFile[bytes]) -> Attachment:
    """An uploaded file as an attachment.

    Raises:
        ContentError: too big, of a type that is not taken, or not what its name says.
    """
    name = get_valid_filename(Path(upload.name or "file").name)[-100:]
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise ContentError(
            "file.ending",
            _("“{name}”不是可以附上的文件类型。", name=name),
            _("可用类型：{endings}。", endings="、".join(ENDINGS)),
        )
    if (upload.size or 0) > MOST_BYTES:
        raise ContentError(
            "file.size",
            _("“{name}”有 {size} 字节。", name=name, size=upload.size),
            _("附件最多 {most} 字节。", most=MOST_BYTES),
        )
    content = upload.read()
    require_content(ending, content[:4096], name)
    return Attachment(Path(name).stem + ending, content)


def kept(digest: str, name: str) -> Path:
    """Where a kept attachment lies. Raises UsageError where it lies no more."""
    path = folder() / f"{digest}{Path(name).suffix.lower()}"
    if not (digest.isalnum() and path.is_file()):
        raise UsageError("attachment.unknown", _("附件不在这里了。"))
    return path
