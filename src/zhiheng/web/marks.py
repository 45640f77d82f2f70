"""Small drawings inside pages: the shape of a verdict, and an interval on a line.

All are SVG with presentation attributes and classes only, because the content policy lets no
inline style through.
"""

from __future__ import annotations

from functools import cache
from html import escape

from django.utils.safestring import SafeString

from zhiheng.documents.signs import SIGNS, draw_sign, verdict_word
from zhiheng.web.markup import filled


def verdict_mark(code: str, size: str = "", count: int | None = None) -> SafeString:
    """A verdict as shape, colour and word; with a count where several are meant."""
    many = "" if count is None else filled(' <span class="count">{}</span>', count)
    return filled(
        '<span class="verdict verdict-{} {}">{}{}{}</span>',
        *(code, size, verdict_shape(code), verdict_word(code), many),
    )


@cache
def verdict_shape(code: str) -> SafeString:
    """The sign of a verdict, 16 x 16, hidden from screen readers (the word stands beside it)."""
    return SafeString(
        '<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{draw_sign(code, 8, 8, 6)}</svg>"
    )


def interval_bar(
    estimate: float,
    lower: float | None,
    upper: float | None,
    target: float | None,
    code: str,
    label: str,
    span: tuple[float, float] | None = None,
) -> str:
    """Estimate as a dot, interval as a bar, target as a tall tick, on one line.

    Args:
        code: verdict that gives the colour.
        label: what a screen reader says.
        span: ends of the scale; by default all given values with a margin of a tenth.
    """
    values = [v for v in (estimate, lower, upper, target) if v is not None]
    low, high = span or _span(values)
    width, height, edge = 150.0, 22.0, 6.0

    def x(value: float) -> float:
        inside = min(max(value, low), high)
        return round(edge + (inside - low) / (high - low) * (width - 2 * edge), 1)

    colour = SIGNS[code].colour
    parts = [
        f'<line x1="0" y1="11" x2="{width:g}" y2="11" stroke="#d8dee6" stroke-width="1"/>',
    ]
    if lower is not None and upper is not None:
        parts.append(
            f'<rect x="{x(lower)}" y="8" width="{max(x(upper) - x(lower), 1.5):.1f}" height="6" '
            f'rx="2" fill="{colour}" fill-opacity=".35"/>'
        )
    if target is not None:
        parts.append(
            f'<line x1="{x(target)}" y1="1" x2="{x(target)}" y2="21" stroke="#1b2430" '
            'stroke-width="2"/>'
        )
    parts.append(draw_sign(code, x(estimate), 11, 4.5))
    return (
        f'<svg class="interval" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    return low - margin, high + margin
