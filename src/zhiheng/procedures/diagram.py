"""A procedure as a drawing: states in rows by their distance from the opening, steps as arrows.

Pure: an SVG text with a title and a description; where a case stands is marked by shape and word
as well as by colour.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape

from zhiheng.procedures.declaration import Of, Procedure, State

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 132, 46, 60, 92, 24
_INK, _LINE, _HERE, _PAPER, _SOFT = "#1c2733", "#5b6b7b", "#8a4b00", "#ffffff", "#fff3e0"
_LABEL = 12
_STEPS_SHOWN = 3


@dataclass(frozen=True)
class _Box:
    """A state and where its box begins."""

    state: State
    row: int
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2


def draw(procedure: Procedure, language: str, here: str = "", word: str = "") -> str:
    """The drawing as SVG.

    Args:
        here: code of the state where a case stands. ``word``: what marks it, such as 当前.
    """
    boxes, width = _boxes(procedure)
    arrows = _arrows(procedure, language)
    bottom = max(box.y for box in boxes.values()) + HEIGHT + MARGIN
    parts = [_arrow(boxes, *ends, names) for ends, names in arrows.items()]
    inner = _inner(procedure, language)
    parts += [
        _state(box, language, inner.get(code, []), word if code == here else "")
        for code, box in boxes.items()
    ]
    title = escape(procedure.title(language))
    said = escape("; ".join(_sentences(procedure, language)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {bottom:.0f}" '
        f'width="{width:.0f}" role="img" aria-label="{title}" font-family="sans-serif">'
        f"<title>{title}</title><desc>{said}</desc>"
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="{_LINE}"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _boxes(procedure: Procedure) -> tuple[dict[str, _Box], float]:
    """Every state's place; final states stand in the last row."""
    rows: dict[int, list[State]] = defaultdict(list)
    ranks = _ranks(procedure)
    last = max((ranks[s.code] for s in procedure.states if not s.final), default=0) + 1
    for state in procedure.states:
        rows[last if state.final else ranks[state.code]].append(state)
    widest = max(len(states) for states in rows.values())
    width = widest * WIDTH + (widest - 1) * GAP_X + 2 * MARGIN + 2 * GAP_X
    boxes = {}
    for row, states in rows.items():
        taken = len(states) * WIDTH + (len(states) - 1) * GAP_X
        for place, state in enumerate(states):
            x = (width - taken) / 2 + place * (WIDTH + GAP_X)
            boxes[state.code] = _Box(state, row, x, MARGIN + row * (HEIGHT + GAP_Y))
    return boxes, width


def _ranks(procedure: Procedure) -> dict[str, int]:
    """How many steps at least lead from the opening to each state."""
    start = procedure.opening.to or ""
    ranks, waiting = {start: 0}, [start]
    while waiting:
        here = waiting.pop(0)
        for step in procedure.steps:
            if here in step.source and step.to is not None and step.to not in ranks:
                ranks[step.to] = ranks[here] + 1
                waiting.append(step.to)
    return ranks


def _arrows(procedure: Procedure, language: str) -> dict[tuple[str, str], list[str]]:
    """The steps between each two states."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in procedure.steps:
        for source in step.source:
            if step.to is not None and step.to != source:
                found[source, step.to].append(step.title(language))
    return found


def _inner(procedure: Procedure, language: str) -> dict[str, list[str]]:
    """The steps that leave a state where it is."""
    found: dict[str, list[str]] = defaultdict(list)
    for step in procedure.steps:
        for source in step.source:
            if step.to in {None, source}:
                found[source].append(step.title(language))
    return found


def _state(box: _Box, language: str, inner: list[str], word: str) -> str:
    fill, line = (_SOFT, _HERE) if word else (_PAPER, _INK)
    thick = 3 if word else 1.5
    shape = (
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{WIDTH}" height="{HEIGHT}" '
        f'rx="{HEIGHT / 2 if box.state.final else 6:.0f}" fill="{fill}" stroke="{line}" '
        f'stroke-width="{thick}"/>'
    )
    name = escape(_short(box.state.title(language), 18 if language == "en" else 9))
    shown = f"▶ {name}" if word else name
    text = (
        f'<text x="{box.middle:.0f}" y="{box.y + HEIGHT / 2 + 5:.0f}" text-anchor="middle" '
        f'font-size="15" font-weight="{700 if word else 500}" fill="{_INK}">{shown}</text>'
    )
    more = ""
    if inner:
        said = "、".join(inner[:_STEPS_SHOWN]) + ("…" if len(inner) > _STEPS_SHOWN else "")
        more = _label(box.middle, box.y - 8, f"↻ {said}")
    if word:
        more += _label(box.middle, box.y + HEIGHT + 16, word, bold=True)
    full = escape(box.state.title(language))
    return f"<g><title>{full}</title>{shape}{text}{more}</g>"


def _arrow(boxes: dict[str, _Box], source: str, target: str, names: list[str]) -> str:
    """One arrow with the names of its steps; those that go back swing out to the right."""
    one, two = boxes[source], boxes[target]
    said = "／".join(names[:_STEPS_SHOWN]) + ("…" if len(names) > _STEPS_SHOWN else "")
    if two.row > one.row:
        x1, y1, x2, y2 = one.middle, one.y + HEIGHT, two.middle, two.y
        bend = (y2 - y1) / 2
        bends = f"{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f}"
        way = f"M{x1:.0f} {y1:.0f}C{bends} {x2:.0f} {y2:.0f}"
        # Near the end, arrows that begin together have parted.
        label = _label(x1 + (x2 - x1) * 0.8, y1 + (y2 - y1) * 0.72, said)
    elif two.row == one.row:
        y = one.y + HEIGHT / 2
        right = two.x > one.x
        x1, x2 = (one.x + WIDTH, two.x) if right else (one.x, two.x + WIDTH)
        dip = y + (22 if right else -22)
        way = f"M{x1:.0f} {y:.0f}Q{(x1 + x2) / 2:.0f} {dip:.0f} {x2:.0f} {y:.0f}"
        label = _label((x1 + x2) / 2, dip, said)
    else:
        x1, y1, x2, y2 = one.x + WIDTH, one.y + HEIGHT / 2, two.x + WIDTH, two.y + HEIGHT / 2
        out = max(x1, x2) + 54
        way = f"M{x1:.0f} {y1:.0f}C{out:.0f} {y1:.0f} {out:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
        label = _label(out - 12, (y1 + y2) / 2, said)
    path = (
        f'<path d="{way}" fill="none" stroke="{_LINE}" stroke-width="1.5" marker-end="url(#tip)"/>'
    )
    return f"<g>{path}{label}</g>"


def _label(x: float, y: float, text: str, *, bold: bool = False) -> str:
    """Small text with a halo of paper, so that lines under it do not disturb."""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{_LABEL}" '
        f'font-weight="{700 if bold else 400}" fill="{_HERE if bold else _INK}" '
        f'stroke="{_PAPER}" stroke-width="4" paint-order="stroke">{escape(_short(text, 34))}</text>'
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _sentences(procedure: Procedure, language: str) -> list[str]:
    """The drawing in words: who goes where by which step."""
    states = procedure.state_of
    return [
        f"{states[source].title(language)} → {states[step.to or source].title(language)}: "
        f"{step.title(language)}"
        for step in procedure.steps
        for source in step.source
    ]


def in_words(procedure: Procedure, language: str) -> list[tuple[str, str, str, str]]:
    """Each step as from, step, to, and whose it is (`Of`), for a table beside the drawing."""
    states = procedure.state_of
    return [
        (
            "、".join(states[source].title(language) for source in step.source),
            step.title(language),
            states[step.to].title(language) if step.to else "—",
            (step.by.of or Of.UNIT).value,
        )
        for step in procedure.steps
    ]
