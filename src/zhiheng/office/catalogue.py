"""The English catalogue: one YAML part a room, compiled into what gettext reads.

The parts under ``locale/en/parts`` are the source; ``django.mo`` is made from them by
``python -m zhiheng.office.catalogue`` and kept out of version control.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Mapping
from pathlib import Path

from zhiheng.rules.yaml_text import load

PACKAGE = Path(__file__).resolve().parent.parent
PARTS = PACKAGE / "locale" / "en" / "parts"
COMPILED = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.mo"

_HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
_PLACE = re.compile(r"%\(\w+\)s|%%|{\w*(?::[^{}]*)?}")


def read_parts(folder: Path = PARTS) -> dict[str, dict[str, str]]:
    """Chinese to English for every room, by the name of its part."""
    return {
        part.stem: load(part.read_text(encoding="utf-8")) or {}
        for part in sorted(folder.glob("*.yaml"))
    }


def merged(parts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {chinese: english for part in parts.values() for chinese, english in part.items()}


def problems(parts: Mapping[str, Mapping[str, str]], used: Mapping[str, str]) -> list[str]:
    """What keeps the catalogue from being whole: one sentence each, empty when nothing does."""
    found = [f"{place}: no English for {text!r}" for text, place in used.items()
             if text not in merged(parts)]  # fmt: skip
    seen: dict[str, str] = {}
    for room, part in parts.items():
        for chinese, english in part.items():
            if chinese not in used:
                found.append(f"{room}: nobody says {chinese!r} any more")
            if not english or not isinstance(english, str):
                found.append(f"{room}: no text as the English of {chinese!r}")
            elif set(_PLACE.findall(chinese)) != set(_PLACE.findall(english)):
                found.append(f"{room}: {chinese!r} and {english!r} have other places to fill")
            if seen.setdefault(chinese, english) != english:
                found.append(f"{room}: {chinese!r} has another English in another part")
    return found


def compiled(messages: Mapping[str, str]) -> bytes:
    """A GNU gettext ``.mo`` file (binary format revision 0, little-endian)."""
    pairs = sorted(
        (source.encode(), target.encode()) for source, target in {"": _HEADER, **messages}.items()
    )
    index_size = 8 * len(pairs)
    start = 28 + 2 * index_size
    sources = b"".join(source + b"\0" for source, _target in pairs)
    targets = b"".join(target + b"\0" for _source, target in pairs)
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + index_size, 0, start)
    source_index = _index([source for source, _target in pairs], start)
    target_index = _index([target for _source, target in pairs], start + len(sources))
    return head + source_index + target_index + sources + targets


def _index(texts: list[bytes], offset: int) -> bytes:
    packed = b""
    for text in texts:
        packed += struct.pack("<2I", len(text), offset)
        offset += len(text) + 1
    return packed


def main() -> None:
    """Compile the parts; whoever reads meanwhile sees the old catalogue or the new one."""
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    fresh = COMPILED.with_name(f"{COMPILED.name}.{os.getpid()}")
    fresh.write_bytes(compiled(merged(read_parts())))
    fresh.replace(COMPILED)


if __name__ == "__main__":
    main()
