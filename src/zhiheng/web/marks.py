"""Small drawings inside pages: the shape of a verdict, and an interval on a line.

All are SVG with presentation attributes and classes only, because the content policy lets no
inline style through.
"""

from __future__ import annotations

from html import escape

VERDICT_SHAPES = {
    "met": '<circle cx="8" cy="8" r="8"/>'
    '<path d="M4 8.3l2.8 2.8L12.2 5.4" fill="none" stroke="#fff" stroke-width="2"/>',
    "not_met": '<path d="M8 0l8 8-8 8-8-8z"/>'
    '<path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" stroke="#fff" stroke-width="1.8"/>',
    "undetermined": '<circle cx="8" cy="8" r="7" fill="#fff" stroke-width="2"/>'
    '<path d="M8 1a7 7 0 0 1 0 14z"/>',
    "no_evidence": '<circle cx="8" cy="8" r="7" fill="none" stroke-width="2" '
    'stroke-dasharray="3.2 2.3"/>',
    "not_due": '<circle cx="8" cy="8" r="7" fill="none" stroke-width="2"/>'
    '<path d="M8 4v4.3l3 1.8" fill="none" stroke-width="2"/>',
    "damaged": '<path d="M8 .5L16 15H0z"/>'
    '<path d="M8 5.5v4.6M8 11.6v1.8" stroke="#fff" stroke-width="1.8"/>',
}


def verdict_shape(code: str) -> str:
    """The shape of one verdict, 16 x 16, hidden from screen readers (the word stands beside)."""
    return (
        f'<svg class="ink-{code}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{VERDICT_SHAPES[code]}</svg>"
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

    parts = [
        f'<line x1="0" y1="11" x2="{width:g}" y2="11" stroke="#d8dee6" stroke-width="1"/>',
    ]
    if lower is not None and upper is not None:
        parts.append(
            f'<rect x="{x(lower)}" y="8" width="{max(x(upper) - x(lower), 1.5):.1f}" height="6" '
            f'rx="2" fill-opacity=".38" stroke="none" class="ink-{code}"/>'
        )
    if target is not None:
        parts.append(
            f'<line x1="{x(target)}" y1="1" x2="{x(target)}" y2="21" stroke="#1b2430" '
            'stroke-width="2"/>'
        )
    parts.append(f'<circle cx="{x(estimate)}" cy="11" r="4.5" class="ink-{code}"/>')
    return (
        f'<svg class="interval" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = (high - low) * 0.1 or abs(high) * 0.1 or 1.0
    return low - margin, high + margin
