"""SVG as text: the same input always gives the same bytes.

Presentation attributes only, no style sheet and no script, since the pages' content policy lets
neither through. The drawings are 420 units wide, so that 13-unit text stays readable when a
phone shows them 360 pixels wide.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import ceil, floor, log10

from zhiheng.documents.widths import display_width

WIDTH = 420.0
TEXT = 13.0
SMALL = 11.5
INK, SOFT, LINE, PAPER = "#1b2430", "#4a5565", "#d8dee6", "#ffffff"
_FONTS = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"


def root(body: Iterable[str], height: float, title: str, description: str) -> str:
    """The whole drawing with its name and description for those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {num(WIDTH)} {num(height)}" '
        f'role="img" font-family="{_FONTS}" font-size="{num(TEXT)}" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f"{''.join(body)}</svg>"
    )


def num(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{round(value, 1) + 0.0:g}"


def text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    size: float = TEXT,
    fill: str = INK,
    halo: bool = False,
) -> str:
    """Words at a baseline; ``halo`` keeps them readable on a patterned ground."""
    extra = (
        f' stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
        if halo
        else ""
    )
    return (
        f'<text x="{num(x)}" y="{num(y)}" text-anchor="{anchor}" font-size="{num(size)}" '
        f'fill="{fill}"{extra}>{escape(words)}</text>'
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    stroke: str = LINE,
    width: float = 1.0,
    dash: str = "",
) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}" '
        f'stroke="{stroke}" stroke-width="{num(width)}"{dashes}/>'
    )


def text_width(words: str, size: float = TEXT) -> float:
    """About how wide words will be: a Chinese character is as wide as it is high."""
    return display_width(words) * size * 0.54


def wrapped(words: str, width: float, size: float = TEXT) -> list[str]:
    """Words cut into as few lines as fit the width, of about the same length."""
    lines = ceil(text_width(words, size) / width)
    even = text_width(words, size) / lines + size if lines > 1 else width
    cut: list[str] = []
    for character in words:
        if cut and text_width(cut[-1] + character, size) <= min(even, width):
            cut[-1] += character
        else:
            cut.append(character)
    return cut


def heading(title: str) -> tuple[list[str], float]:
    """The title's lines, and the y below them."""
    lines = wrapped(title, WIDTH - 16, 15.0)
    drawn = [text(8, 20 + 20 * i, words, size=15.0) for i, words in enumerate(lines)]
    return drawn, 20.0 * len(lines) + 8


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values (1, 2, 2.5 or 5 × a power of ten) that span ``low`` to ``high``."""
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def bounds(values: Iterable[float], unit: str) -> tuple[float, float]:
    """An axis that holds the values with some air; a percentage stays within 0 and 100."""
    known = list(values)
    low, high = min(known), max(known)
    air = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low, high = low - air, high + air
    if unit == "%":
        low, high = max(low, 0.0), min(high, 100.0)
    elif min(known) >= 0:
        low = max(low, 0.0)
    return low, high


def shown(value: float, unit: str = "") -> str:
    """A value with at most two decimals and its unit."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") + unit


def estimated(value: float, unit: str = "") -> str:
    """An estimate: a percentage with two decimals always, so that figures line up."""
    return f"{value:.2f}{unit}" if unit == "%" else shown(value, unit)
