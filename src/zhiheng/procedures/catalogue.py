"""The procedures there are, each with the kind of evidence and the indicators it brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiheng.indicators import later
from zhiheng.office.words import _
from zhiheng.procedures.declaration import Procedure
from zhiheng.rules.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhiheng.indicators.declaration import Indicator

ALL: dict[str, Procedure] = {}


def declare(procedure: Procedure) -> None:
    """Take up a procedure; its kind of evidence and its indicators come with it.

    Raises:
        ValueError: the code or the prefix is taken.
    """
    # The kinds find the procedures, which are declared here.
    from zhiheng.evidence import kinds
    from zhiheng.procedures.generated import kind_of

    for other in ALL.values():
        if procedure.code == other.code or procedure.prefix == other.prefix:
            raise ValueError(f"procedure {procedure.code}: {other.code} has its code or prefix")
    kinds.add(kind_of(procedure))
    ALL[procedure.code] = procedure

    def make() -> Iterable[Indicator]:
        from zhiheng.procedures.timeliness import indicators_of

        return indicators_of(procedure)

    later.add(make)


def known(code: str) -> Procedure:
    """Raises UsageError ``procedure.unknown`` with the codes there are."""
    if code not in ALL:
        raise UsageError(
            "procedure.unknown",
            _("没有“{code}”这项程序。", code=code),
            _("可用：{codes}。", codes="、".join(ALL)),
        )
    return ALL[code]


def by_prefix(prefix: str) -> Procedure | None:
    """The procedure whose case numbers begin so."""
    return next((p for p in ALL.values() if p.prefix == prefix), None)


def check() -> list[str]:
    """What declarations say of one another that does not hold; empty where all of it does."""
    found = []
    for procedure in ALL.values():
        for step in procedure.step_of.values():
            for opens in step.opens:
                other = ALL.get(opens.procedure)
                if other is None:
                    found.append(f"{procedure.code}.{step.code} opens no {opens.procedure!r}")
                    continue
                fields = {c.name for c in other.opening.form}
                found += [
                    f"{procedure.code}.{step.code} carries {name}, which {other.code} does not ask"
                    for name in opens.carry
                    if name not in fields
                ]
                found += [
                    f"{procedure.code}.{step.code} does not carry {c.name}, which {other.code} "
                    "cannot be opened without"
                    for c in other.opening.form
                    if c.required and c.name not in opens.carry
                ]
                for state in opens.results:
                    if state not in other.state_of or not other.state_of[state].final:
                        found.append(f"{procedure.code}.{step.code}: {state} ends no {other.code}")
    return found
