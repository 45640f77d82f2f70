"""Typst and the fonts that come with it: markup to PDF, a drawing to PNG."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

import pylopdf_fonts_zh_cn as fonts
import typst

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"


def literal(text: str) -> str:
    """Text as a Typst string literal, which no markup in the text can leave."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "").replace("\t", "\\t") + '"'


def picture(svg: str, width: str) -> str:
    """A Typst call that places an SVG drawing; ``width`` such as ``150mm`` or ``100%``."""
    return f'image(bytes({literal(svg)}), format: "svg", width: {width})'


def to_pdf(markup: str, day: date) -> bytes:
    """The same markup and day always give the same bytes."""
    made = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return typst.compile(markup.encode(), format="pdf", font_paths=_fonts(), timestamp=made)


def to_png(svg: str, width_mm: float, ppi: float = 220) -> bytes:
    """A drawing as it will stand in a document, ``width_mm`` wide."""
    page = "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
    markup = f"{page}#{picture(svg, f'{width_mm}mm')}"
    return typst.compile(markup.encode(), format="png", font_paths=_fonts(), ppi=ppi)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # System fonts stay out, so that a document looks the same wherever it is made.
    folders = {fonts.serif_path().parent, fonts.sans_path().parent}
    return typst.Fonts(include_system_fonts=False, font_paths=sorted(map(str, folders)))
