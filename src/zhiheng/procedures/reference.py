"""The reference page of the procedures, and their drawings, from the declarations."""

from __future__ import annotations

from collections.abc import Iterable

from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.diagram import draw
from zhiheng.procedures.parts import Clock, Step
from zhiheng.procedures.terms import read_term, term_words


def page(procedures: Iterable[Procedure]) -> str:
    """Markdown of every procedure: drawing, steps, clocks with the limits by date."""
    lines = ["# 程序 / Procedures", ""]
    for procedure in procedures:
        lines += _section(procedure)
    return "\n".join(lines)


def drawings(procedures: Iterable[Procedure]) -> dict[str, str]:
    """The drawing of each procedure, by file name."""
    return {f"procedure-{p.code}.svg": draw(p, "zh") + "\n" for p in procedures}


def _section(p: Procedure) -> list[str]:
    lines = [
        f"## {p.zh} / {p.en}",
        "",
        f"`{p.code}`　{p.source}",
        "",
        f"![{p.zh}](procedure-{p.code}.svg)",
        "",
        "| 步骤 / step | 从 / from | 到 / to | 谁 / who | 要填 / form |",
        "|---|---|---|---|---|",
        *(_step(p, step) for step in (p.opening, *p.steps)),
        "",
    ]
    if p.clocks:
        lines += [
            "| 期限 / clock | 起 / start | 止 / stop | 中止 / pause | 规定 / rule |",
            "|---|---|---|---|---|",
            *(_clock(p, clock) for clock in p.clocks),
            "",
        ]
    return lines


def _step(p: Procedure, step: Step) -> str:
    states = p.state_of
    source = "、".join(states[code].zh for code in step.source) or "—"
    to = states[step.to].zh if step.to else "—"
    who = " ".join(part for part in (step.by.of.value, step.by.right) if part)
    form = "、".join(f"{c.zh}{'*' if c.required else ''}" for c in step.form) or "—"
    return f"| {step.zh} / {step.en} | {source} | {to} | {who} | {form} |"


def _clock(p: Procedure, clock: Clock) -> str:
    def names(codes: Iterable[str]) -> str:
        return "、".join(p.step_of[code].zh for code in codes) or "—"

    rules = "；".join(
        f"{v.valid_from} 至 {v.valid_to or '今'}：{term_words(read_term(v.value), 'zh')}"
        + ("" if v.confirmed else "（未经核实）")
        for v in p.rules.versions(clock.limit)
    )
    pause = f"{names(clock.pause)} / {names(clock.resume)}" if clock.pause else "—"
    return (
        f"| {clock.zh} / {clock.en} | {names(clock.start)} | {names(clock.stop)} | {pause} "
        f"| {rules} |"
    )
