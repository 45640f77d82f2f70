"""How an estimate's interval was made, in the words of the reader.

The text kept with an estimate (`estimate.method_text`) is for programs; here is what it says.
"""

from __future__ import annotations

from collections.abc import Mapping

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.office.words import _


def in_words(method: str, names: Mapping[str, str], language: str) -> str:
    """The parts of a method one behind the other; a part without words stays as it is.

    ``names``: what parties are called, by key.
    """
    return " · ".join(_part(part, names, language) for part in method.split("; "))


def source_of(method: str) -> str | None:
    """The party that reported the figure; None where it was estimated."""
    return next((p[7:] for p in method.split("; ") if p.startswith("source=")), None)


def _part(part: str, names: Mapping[str, str], language: str) -> str:
    word, _is, value = part.partition("=")
    plain = {
        "census": _("全数，无抽样误差"),
        "reported": _("由单位报送"),
        "korn-graubard": _("Korn-Graubard 区间"),
        "clopper-pearson": _("Clopper-Pearson 区间"),
        "wilson": _("Wilson 区间"),
        "t": _("t 区间"),
        "poisson": _("泊松区间"),
        "monte carlo": _("蒙特卡洛"),
        "capped at n": _("有效样本量不超过样本数"),
        "weighted": _("加权"),
        "stratified": _("分层"),
        "finite population": _("有限总体"),
    }
    if part in plain:
        return plain[part]
    match word:
        case "clusters":
            return _("按{what}整群", what=_cluster(value))
        case "df":
            return _("自由度按实际群数") if value == "working" else _("自由度按 Satterthwaite 法")
        case "within":
            return _("限于 {range}", range=value.replace("..", "–"))
        case "exposure":
            title = KINDS[value].title(language) if value in KINDS else value
            return _("分母取自{register}", register=title)
        case "source":
            return names.get(value, value)
        case "path model":
            return _("路径模型 {model}", model=value.upper())
        case "lonely":
            return _("单群层已作调整")
    return part


def _cluster(column: str) -> str:
    return {"organisation": _("主体"), "sampling_point": _("采样点")}.get(column, column)
