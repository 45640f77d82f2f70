"""What else a consumer may do when mediation ends without agreement: sums and the short court way.

Every number is a dated parameter; the unconfirmed ones are marked so wherever they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhiheng.complaints.limits import RULES
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError
from zhiheng.rules.parameters import Trace


@dataclass(frozen=True)
class Guidance:
    """What is open to a consumer.

    Attributes:
        track: ``mandatory``, ``by_agreement`` or ``ordinary`` procedure at court.
        lines: the guidance in words.
        rules: the parameters used, each with its source and whether it is confirmed.
    """

    track: str
    lines: tuple[str, ...]
    rules: tuple[Mapping[str, object], ...]

    @property
    def confirmed(self) -> bool:
        return all(rule["confirmed"] for rule in self.rules)


def guide(amount: float, wage: float, on: date) -> Guidance:
    """The way to court for a claim of ``amount`` yuan.

    Args:
        wage: the province's average annual wage of the year before, in yuan, as published.

    Raises:
        ContentError: ``claim.amount``: one of the two is not above zero.
    """
    _require(amount)
    _require(wage)
    trace = Trace()
    mandatory = wage * RULES.value("small_claims.mandatory_share", on, trace)
    agreed = wage * RULES.value("small_claims.agreed_multiple", on, trace)
    if amount > agreed:
        said = _("标的额超过 {most:.0f} 元：适用简易或普通程序。", most=agreed)
        return Guidance("ordinary", (said,), tuple(trace.plain()))
    months = RULES.value("small_claims.months", on, trace)
    ends = _("小额诉讼在立案后 {months} 个月内审结。", months=months)
    if amount <= mandatory:
        said = _("标的额不超过 {most:.0f} 元：适用小额诉讼，一审终审。", most=mandatory)
        return Guidance("mandatory", (said, ends), tuple(trace.plain()))
    said = _("标的额不超过 {most:.0f} 元：双方约定的，可以适用小额诉讼。", most=agreed)
    return Guidance("by_agreement", (said, ends), tuple(trace.plain()))


def added_damages(price: float, basis: str, on: date, trace: Trace | None = None) -> float:
    """The added damages in yuan that the law allows to claim beside the price itself.

    Args:
        basis: ``fraud`` or ``food``.

    Raises:
        ContentError: ``claim.amount`` or ``claim.basis``.
    """
    _require(price)
    if basis not in {"fraud", "food"}:
        raise ContentError(
            "claim.basis", _("没有“{basis}”这种依据。", basis=basis), _("可用：fraud、food。")
        )
    rule = RULES.value(f"damages.{basis}", on, trace)
    return float(max(price * rule["multiple"], rule["least"]))


def _require(amount: float) -> None:
    if not amount > 0:
        raise ContentError(
            "claim.amount", _("金额是 {amount}。", amount=amount), _("请填大于零的金额（元）。")
        )
