"""The machine of procedures: a procedure is declared once, and everything else follows from it.

From one declaration come rights, forms, clocks, working lists, timeline, letters, the generated
kind of evidence with its timeliness indicators, and the drawn diagram. A declaration that
contradicts itself cannot be built: `Procedure` refuses it with everything that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from zhiheng.evidence.declaration import Column
from zhiheng.procedures.parts import NO_PARAMETERS, By, Clock, State, Step
from zhiheng.procedures.terms import read_term
from zhiheng.rules.parameters import Parameters


class ProcedureError(ValueError):
    """A declaration that contradicts itself; ``problems`` says everything that is wrong."""

    def __init__(self, code: str, problems: list[str]) -> None:
        super().__init__(f"procedure {code}: " + "; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class HelpPage:
    """A page of the room that helps to decide about a case.

    Args:
        address: up to the case's own number.
        rights: whoever has one of them may open it.
    """

    address: str
    zh: str
    en: str
    rights: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Procedure:
    """One procedure.

    Args:
        prefix: begins the numbers of its cases: two to four capital letters.
        read: the right by which units read its cases, within their party and region.
        opening: the step that opens a case: its code is `OPENING`, ``source`` is empty.
        term: the clock that the timeliness of the whole case is told by; "" where there is none.
        correct: who may correct a wrong step; None: whoever may take that step.
        told: fields, not personal, that the generated evidence carries.
        rules: dated limits of the clocks. ``letters``: dated texts of the letters.
        help_page: a page of the room that helps to decide; None where there is none.
        source: the law or standard that defines it.

    Raises:
        ProcedureError: naming every contradiction.
    """

    code: str
    zh: str
    en: str
    prefix: str
    read: str
    states: tuple[State, ...]
    opening: Step
    steps: tuple[Step, ...]
    clocks: tuple[Clock, ...] = ()
    term: str = ""
    correct: By | None = None
    told: tuple[str, ...] = ()
    rules: Parameters = NO_PARAMETERS
    letters: Parameters = NO_PARAMETERS
    help_page: HelpPage | None = None
    source: str

    def __post_init__(self) -> None:
        from zhiheng.procedures.soundness import problems

        if found := problems(self):
            raise ProcedureError(self.code, found)

    def title(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    @cached_property
    def state_of(self) -> dict[str, State]:
        return {state.code: state for state in self.states}

    @cached_property
    def step_of(self) -> dict[str, Step]:
        """Every step by code, the opening among them."""
        return {step.code: step for step in (self.opening, *self.steps)}

    @cached_property
    def clock_of(self) -> dict[str, Clock]:
        return {clock.code: clock for clock in self.clocks}

    @cached_property
    def hourly(self) -> bool:
        """Whether a limit is in hours, so that steps need the moment of the act."""
        versions = [v for clock in self.clocks for v in self.rules.versions(clock.limit)]
        return any(read_term(version.value).hourly for version in versions)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every field of every form by name."""
        return {c.name: c for step in (self.opening, *self.steps) for c in step.form}
