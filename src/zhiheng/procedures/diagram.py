"""A procedure as a drawing: each state with the steps that lead out of it, and where they lead.

Pure: an SVG text with a title and a description. Nothing crosses and nothing is hidden, however
many steps there are; where a case stands is marked by shape and word as well as by colour.
"""

from __future__ import annotations

from html import escape

from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import State, Step

WIDTH, ROW, GAP, MARGIN = 138, 34, 18, 12
WAY = 268
"""Pixels: a state's box, the height of a step, the space between states, the edge, an arrow."""

_INK, _LINE, _HERE, _PAPER, _SOFT = "#1c2733", "#5b6b7b", "#8a4b00", "#ffffff", "#fff3e0"
_TOTAL = 2 * (MARGIN + WIDTH) + WAY


def draw(procedure: Procedure, language: str, here: str = "", word: str = "") -> str:
    """The drawing as SVG.

    Args:
        here: code of the state where a case stands. ``word``: what marks it, such as 当前.
    """
    parts, y = [_entry(procedure, language)], MARGIN + ROW + GAP
    for state in _in_order(procedure):
        steps = [step for step in procedure.steps if state.code in step.source]
        mark = word if state.code == here else ""
        if state.final and not steps and not mark:
            continue
        height = max(len(steps), 1) * ROW + (ROW / 2 if mark else 0)
        parts.append(_box(state.title(language), MARGIN, y, height, state.final, mark))
        parts += [
            _arrow(procedure, step, language, y + (n + 0.5) * ROW) for n, step in enumerate(steps)
        ]
        y += int(height) + GAP
    title = escape(procedure.title(language))
    said = escape("; ".join(_sentences(procedure, language)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_TOTAL} {y}" width="{_TOTAL}" '
        f'role="img" aria-label="{title}" font-family="sans-serif"><title>{title}</title>'
        f'<desc>{said}</desc><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" '
        f'markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="{_LINE}"/>'
        f"</marker></defs>{''.join(parts)}</svg>"
    )


def _in_order(procedure: Procedure) -> list[State]:
    """The states as a case comes to them: by the least number of steps, final ones last."""
    start = procedure.opening.to or ""
    ranks, waiting = {start: 0}, [start]
    while waiting:
        state = waiting.pop(0)
        for step in procedure.steps:
            if state in step.source and step.to is not None and step.to not in ranks:
                ranks[step.to] = ranks[state] + 1
                waiting.append(step.to)
    return sorted(procedure.states, key=lambda state: (state.final, ranks[state.code]))


def _entry(procedure: Procedure, language: str) -> str:
    """The opening: an arrow from a dot into the first state."""
    y = MARGIN + ROW / 2
    dot = f'<circle cx="{MARGIN + WIDTH - 7}" cy="{y:.0f}" r="7" fill="{_INK}"/>'
    return dot + _arrow(procedure, procedure.opening, language, y)


def _box(name: str, x: float, y: float, height: float, round: bool, mark: str = "") -> str:
    fill, line, thick = (_SOFT, _HERE, 3) if mark else (_PAPER, _INK, 1.5)
    middle = y + height / 2 + 5
    shown = _text(name, x + WIDTH / 2, middle - (8 if mark else 0), 15, 700 if mark else 500)
    if mark:
        shown += _text(f"▶ {mark}", x + WIDTH / 2, middle + 13, 13, 700, _HERE)
    return (
        f'<g><rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{height:.0f}" '
        f'rx="{min(height / 2, 15) if round else 4:.0f}" fill="{fill}" stroke="{line}" '
        f'stroke-width="{thick}"/>{shown}</g>'
    )


def _arrow(procedure: Procedure, step: Step, language: str, y: float) -> str:
    """A step: its name over an arrow to the state it leads to; a dashed one stays where it is."""
    begin, end = MARGIN + WIDTH, MARGIN + WIDTH + WAY
    label = _text(step.title(language), (begin + end) / 2, y - 5, 13, 400)
    if step.to is None:
        path = (
            f'<path d="M{begin} {y:.0f}H{end - 24}a6 6 0 0 1 0 12H{begin + 4}" fill="none" '
            f'stroke="{_LINE}" stroke-width="1.5" stroke-dasharray="4 3" marker-end="url(#tip)"/>'
        )
        return f"<g>{path}{label}</g>"
    target = procedure.state_of[step.to]
    path = (
        f'<path d="M{begin} {y:.0f}H{end - 2}" fill="none" stroke="{_LINE}" stroke-width="1.5" '
        f'marker-end="url(#tip)"/>'
    )
    box = _box(target.title(language), end, y - ROW / 2 + 3, ROW - 6, target.final)
    return f"<g>{path}{label}{box}</g>"


def _text(text: str, x: float, y: float, size: int, weight: int, colour: str = _INK) -> str:
    """Centred text, squeezed where there is too little place for it."""
    most = (WAY if size == 13 else WIDTH) * 0.94
    wide = sum(size if ord(letter) > 0x2E80 else size * 0.56 for letter in text)
    squeezed = f' textLength="{most:.0f}" lengthAdjust="spacingAndGlyphs"' if wide > most else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}"{squeezed}>{escape(text)}</text>'
    )


def _sentences(procedure: Procedure, language: str) -> list[str]:
    return [f"{source} → {to}: {step}" for source, step, to in in_words(procedure, language)]


def in_words(procedure: Procedure, language: str) -> list[tuple[str, str, str]]:
    """Each step as from, step, to: the drawing in words, for a table beside it."""
    states = procedure.state_of
    return [
        (
            "、".join(states[source].title(language) for source in step.source),
            step.title(language),
            states[step.to].title(language) if step.to else "—",
        )
        for step in procedure.steps
    ]
