"""The sign of each verdict: shape, colour and word, so that none alone must carry it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhiheng.documents.drawing import PAPER, num
from zhiheng.office.words import _


@dataclass(frozen=True)
class Sign:
    """``ground`` fills an area on a map, with ``pattern`` drawn over it in ``colour``."""

    shape: str
    colour: str
    ground: str
    pattern: str


SIGNS = {
    "met": Sign("disc", "#17693b", "#c5e5d0", "plain"),
    "not_met": Sign("diamond", "#a8231c", "#f3c1bc", "rising"),
    "undetermined": Sign("half", "#805300", "#fbe3b0", "dots"),
    "no_evidence": Sign("dashed", "#4a5565", "#eef1f4", "falling"),
    "not_due": Sign("ring", "#3a4f8a", "#d4dcf2", "level"),
    "damaged": Sign("triangle", "#6f3a8c", "#e6d5ef", "crossed"),
}


def verdict_word(code: str) -> str:
    words: dict[str, Callable[[], str]] = {
        "met": lambda: _("达标"),
        "not_met": lambda: _("未达标"),
        "undetermined": lambda: _("无法判定"),
        "no_evidence": lambda: _("无证据"),
        "not_due": lambda: _("未到期"),
        "damaged": lambda: _("原文损坏"),
    }
    return words[code]()


def draw_sign(code: str, x: float, y: float, size: float = 6.0) -> str:
    """The shape about ``(x, y)``, ``size`` its half width."""
    sign = SIGNS[code]
    colour, cx, cy, r = sign.colour, num(x), num(y), num(size)
    outline = f'fill="{PAPER}" stroke="{colour}" stroke-width="1.8"'
    match sign.shape:
        case "disc":
            return f'<circle cx="{cx}" cy="{cy}" r="{r}" fill="{colour}"/>'
        case "diamond":
            s = size * 1.25
            points = (
                f"M{num(x)} {num(y - s)}L{num(x + s)} {cy}L{cx} {num(y + s)}L{num(x - s)} {cy}Z"
            )
            return f'<path d="{points}" fill="{colour}"/>'
        case "half":
            top, bottom = num(y - size), num(y + size)
            return (
                f'<circle cx="{cx}" cy="{cy}" r="{r}" {outline}/>'
                f'<path d="M{cx} {top}A{r} {r} 0 0 1 {cx} {bottom}Z" fill="{colour}"/>'
            )
        case "dashed":
            return f'<circle cx="{cx}" cy="{cy}" r="{r}" {outline} stroke-dasharray="2.6 2"/>'
        case "ring":
            return f'<circle cx="{cx}" cy="{cy}" r="{r}" {outline}/>'
        case _:
            s = size * 1.2
            corners = f"M{cx} {num(y - s)}L{num(x + s)} {num(y + s)}L{num(x - s)} {num(y + s)}Z"
            return f'<path d="{corners}" fill="{colour}"/>'


def pattern_definition(identity: str, pattern: str, colour: str) -> str:
    """An SVG pattern of 8 × 8 units, to be laid over a ground colour."""
    paths = {
        "rising": "M-2 10L10 -2M-2 2L2 -2M6 10L10 6",
        "falling": "M-2 -2L10 10M6 -2L10 2M-2 6L2 10",
        "level": "M0 4L8 4",
        "crossed": "M0 0L8 8M8 0L0 8",
    }
    if pattern == "dots":
        marks = f'<circle cx="4" cy="4" r="1.1" fill="{colour}" fill-opacity="0.6"/>'
    else:
        marks = (
            f'<path d="{paths[pattern]}" stroke="{colour}" stroke-width="0.9" '
            f'stroke-opacity="0.55"/>'
        )
    return (
        f'<pattern id="{identity}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f"{marks}</pattern>"
    )
