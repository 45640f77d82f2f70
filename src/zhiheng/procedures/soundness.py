"""What a declaration of a procedure may not say; all of it is found at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from string import Formatter

from zhiheng.evidence.declaration import Column
from zhiheng.office.actors import EVERY_RIGHT
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import OPENING, By, Clock, Letter, Of, State, Step, To
from zhiheng.procedures.terms import Term, read_term

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
_PREFIX = re.compile(r"[A-Z]{2,4}\Z")
LETTER_WORDS = frozenset({"number", "procedure", "title", "state", "day", "due", "clock"})
"""What every letter may name, beside the fields of the case."""

RESERVED = frozenset({"number", "region", "occurred_on", "subject_code", "subject_name"}) | {
    "procedure", "title", "state", "unit", "steps", "due_on", "closed_on", "in_time", "censored",
    "day", "due", "clock", "party", "into", "key", "seen", "reason_of_correction", "joined",
}  # fmt: skip
"""Names that the generated evidence, forms and letters use themselves."""

_OPEN = State("open", "", "")
_TEXTS = ("subject", "subject_en", "text", "text_en")


def problems(procedure: Procedure) -> list[str]:
    """Everything that is wrong with a declaration, in words; empty where nothing is."""
    steps = (procedure.opening, *procedure.steps)
    found = [*_words(procedure, steps), *_steps(procedure, steps), *_forms(procedure, steps)]
    if not found:
        # What leads where can only be asked of steps and states that exist.
        found = [*_ways(procedure), *_clocks(procedure), *_letters(procedure, steps)]
    return found


def _words(p: Procedure, steps: Iterable[Step]) -> Iterator[str]:
    if not _CODE.match(p.code):
        yield f"code {p.code!r}: lower case letters, digits and _"
    if not _PREFIX.match(p.prefix):
        yield f"prefix {p.prefix!r}: two to four capital letters"
    if not p.source:
        yield "source is empty: name the law or standard"
    if p.read not in EVERY_RIGHT:
        yield f"read: nobody has the right {p.read!r}"
    parts = (("state", p.states), ("step", (*steps,)), ("clock", p.clocks))
    for what, named in parts:
        codes = [each.code for each in named]
        for code in codes:
            if not _CODE.match(code):
                yield f"{what} {code!r}: lower case letters, digits and _"
        for code in _twice(codes):
            yield f"{what} {code} is declared twice"
        for each in named:
            if not (each.zh and each.en):
                yield f"{what} {each.code} needs a Chinese and an English name"


def _steps(p: Procedure, steps: Iterable[Step]) -> Iterator[str]:
    known, taken = set(p.state_of), set(p.step_of)
    machine_takes = {clock.then for clock in p.clocks} | {
        step for s in steps for opens in s.opens for step in opens.results.values()
    }
    for code in sorted(machine_takes - {None, *taken}, key=str):
        yield f"a clock's then or a result names no step {code!r}"
    if p.opening.code != OPENING or p.opening.source or p.opening.to is None:
        yield f"the opening has the code {OPENING!r}, no source, and a state that it leads to"
    if p.opening.hands_over or p.opening.joins:
        yield "the opening cannot hand over or join"
    if p.opening.by.other_than:
        yield "the opening has no step before it whose taker could be another person"
    for step in steps:
        if step is not p.opening and not step.source:
            yield f"step {step.code} may be taken from no state"
        for state in (*step.source, *([step.to] if step.to else [])):
            if state not in known:
                yield f"step {step.code}: no state {state!r}; known: {', '.join(sorted(known))}"
        yield from _nobody(f"step {step.code}", step.by, taken)
        named_for_machine = step.code in machine_takes
        if step is not p.opening and (step.by.of is Of.MACHINE) != named_for_machine:
            yield (
                f"step {step.code}: nobody may take it; it is of the machine, and no clock's then "
                "and no result names it"
                if step.by.of is Of.MACHINE
                else f"step {step.code}: a clock's then or a result names it, so it must be of "
                "the machine"
            )
        if step is p.opening and step.retired:
            yield "the opening cannot be retired: no case could be opened"
        if step.joins and (step.to is None or not p.state_of.get(step.to, _OPEN).final):
            yield f"step {step.code}: a case that is joined to another ends, in a final state"
    if p.correct is not None:
        yield from _nobody("correct", p.correct, taken)


def _nobody(whose: str, by: By, taken: set[str]) -> Iterator[str]:
    if by.right and by.right not in EVERY_RIGHT:
        yield f"{whose}: nobody may take it, for no role has the right {by.right!r}"
    if not by.right and by.of not in {Of.BEARER, Of.MACHINE}:
        yield f"{whose}: nobody may take it, for it names no right"
    for code in by.other_than:
        if code not in taken:
            yield f"{whose}: other_than names no step {code!r}"


def _forms(p: Procedure, steps: Iterable[Step]) -> Iterator[str]:
    seen: dict[str, Column] = {}
    clock_columns = {
        f"{c.code}_{part}" for c in p.clocks for part in ("started_on", "due_on", "stopped_on")
    }
    for step in steps:
        for name in _twice([c.name for c in step.form]):
            yield f"step {step.code} asks for {name} twice"
        for column in step.form:
            if column.role is not None or column.share_where:
                yield f"step {step.code}: field {column.name} of a form has no role and no share"
            if column.name in RESERVED | clock_columns:
                yield f"step {step.code}: the name {column.name} is taken by the machine"
            other = seen.setdefault(column.name, column)
            if (other.type, other.personal) != (column.type, column.personal):
                yield f"step {step.code}: {column.name} is another thing in an earlier form"
        for opens in step.opens:
            for name in opens.carry:
                if name not in p.columns:
                    yield f"step {step.code} carries {name!r}, which no form asks for"
    for name in p.told:
        if name not in p.columns or p.columns[name].personal:
            yield f"told: {name!r} is no field, or a personal one"


def _ways(p: Procedure) -> Iterator[str]:
    """Unreachable states and steps, and states that nobody leaves."""
    reached = reachable(p, {p.opening.to or ""})
    for state in p.states:
        if state.code not in reached:
            yield f"state {state.code} is unreachable: no step leads to it from {p.opening.to}"
        leaves = [s for s in p.steps if state.code in s.source and s.to not in {None, state.code}]
        if not state.final and not leaves:
            yield f"state {state.code} is not final, and no step leads out of it"
    if not any(state.final for state in p.states):
        yield "no state is final: a case could never end"


def reachable(p: Procedure, states: set[str]) -> set[str]:
    """The states that cases in ``states`` can come to, those among them."""
    reached, waiting = set(states), list(states)
    while waiting:
        here = waiting.pop()
        for step in p.steps:
            if here in step.source and step.to is not None and step.to not in reached:
                reached.add(step.to)
                waiting.append(step.to)
    return reached


def _clocks(p: Procedure) -> Iterator[str]:
    if p.term and p.term not in p.clock_of:
        yield f"term: no clock {p.term!r}"
    for clock in p.clocks:
        named = {
            *clock.start, *clock.stop, *clock.pause, *clock.resume, *clock.extend,
        }  # fmt: skip
        if unknown := sorted(named - set(p.step_of)):
            yield f"clock {clock.code} names no step: {', '.join(unknown)}"
            continue
        if not clock.start:
            yield f"clock {clock.code}: nothing starts it"
        if clock.start and not _stoppable(p, clock, clock.stop):
            yield f"clock {clock.code}: nothing stops it after it has started"
        if bool(clock.pause) != bool(clock.resume):
            yield f"clock {clock.code}: what pauses it must also resume, and the other way round"
        elif clock.pause and not _after(p, clock.pause, clock.resume):
            yield f"clock {clock.code}: nothing resumes it after it was paused"
        if any(days < 1 for days in clock.warn):
            yield f"clock {clock.code}: a warning comes at least one day or hour ahead"
        if clock.reminder and not clock.warn:
            yield f"clock {clock.code}: it has a reminder, and no day to send it on"
        found = [_limit(p, clock, limit) for limit in (clock.limit, *clock.extend.values())]
        yield from (problem for problems, _terms in found for problem in problems)
        hourly = {term.hourly for _problems, terms in found for term in terms}
        if len(hourly) > 1:
            yield f"clock {clock.code}: hours and days cannot be added, nor follow one another"


def _stoppable(p: Procedure, clock: Clock, stop: tuple[str, ...]) -> bool:
    return bool(stop) and all(_after(p, (start,), stop) for start in clock.start)


def _after(p: Procedure, first: tuple[str, ...], later: tuple[str, ...]) -> bool:
    """Whether one of ``later`` can be taken some time after one of ``first``."""
    states: set[str] = set()
    for code in first:
        step = p.step_of[code]
        states |= {step.to} if step.to is not None else set(step.source)
    reached = reachable(p, states)
    return any(reached.intersection(p.step_of[code].source) for code in later)


def _limit(p: Procedure, clock: Clock, name: str) -> tuple[list[str], list[Term]]:
    """What is wrong with a rule of a clock, and the terms that its versions say."""
    if name not in p.rules.names:
        known = ", ".join(p.rules.names) or "none"
        return [f"clock {clock.code}: no rule {name!r}; known: {known}"], []
    wrong, terms = [], []
    for version in p.rules.versions(name):
        try:
            terms.append(read_term(version.value))
        except ValueError as error:
            wrong.append(f"rule {name} from {version.valid_from}: {error}")
    return wrong, terms


def _letters(p: Procedure, steps: Iterable[Step]) -> Iterator[str]:
    sent = [(f"step {s.code}", letter) for s in steps for letter in s.letters]
    sent += [(f"clock {c.code}", letter) for c in p.clocks for letter in (*c.reminder, *c.expired)]
    words = LETTER_WORDS | {name for name, column in p.columns.items() if not column.personal}
    for whose, letter in sent:
        if letter.code not in p.letters.names:
            yield f"{whose}: no text for the letter {letter.code!r}"
            continue
        yield from _addressed(p, whose, letter)
        for version in p.letters.versions(letter.code):
            value = version.value
            if not (isinstance(value, dict) and set(value) == set(_TEXTS)):
                yield f"letter {letter.code} from {version.valid_from}: has {', '.join(_TEXTS)}"
                continue
            named = {n for text in value.values() for _t, n, _s, _c in Formatter().parse(text) if n}
            for name in sorted(named - words):
                yield f"letter {letter.code} names {{{name}}}, which no case can say"


def _addressed(p: Procedure, whose: str, letter: Letter) -> Iterator[str]:
    if (letter.to is To.ADDRESS) != bool(letter.address):
        yield f"{whose}: letter {letter.code} goes to an address, or names one, not both"
    elif letter.address and not (
        letter.address in p.columns and p.columns[letter.address].personal
    ):
        yield f"{whose}: letter {letter.code}: {letter.address!r} is no personal field"


def _twice(values: list[str]) -> list[str]:
    return sorted(value for value, count in Counter(values).items() if count > 1)
