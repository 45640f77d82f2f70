"""What an analyst asked for, checked before any file is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from zhiheng.indicators.desk.problems import Findings
from zhiheng.methods.survey_design import Lonely
from zhiheng.office.words import _

STATISTICS = ("mean", "total", "ratio", "proportion", "quantile")
INTERVALS = ("wald", "logit", "wilson", "beta")
REPLICATES = ("jackknife", "bootstrap")
LONELY = get_args(Lonely)


@dataclass(frozen=True)
class Margin:
    """Population counts of the values of one column, or of the combinations of several."""

    columns: tuple[str, ...]
    file: Path

    @property
    def name(self) -> str:
        return ",".join(self.columns)


@dataclass(frozen=True)
class Asked:
    """The command's options; columns by name. `interval` "" means the statistic's own."""

    file: Path
    stat: str
    y: str
    over: str | None = None
    by: tuple[str, ...] = ()
    weights: str | None = None
    strata: str | None = None
    clusters: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    with_replacement: bool = False
    interval: str = ""
    level: float = 0.95
    quantile: float = 0.5
    lonely: Lonely = "fail"
    poststrata: Margin | None = None
    rake: tuple[Margin, ...] = ()
    replicates: str | None = None
    repeats: int = 500
    seed: int = 1

    @property
    def margins(self) -> tuple[Margin, ...]:
        return (*(() if self.poststrata is None else (self.poststrata,)), *self.rake)

    @property
    def columns(self) -> list[str]:
        """Every column that is read."""
        one = (self.y, self.over, self.weights, self.strata)
        many = (*self.by, *self.clusters, *self.fpc)
        known = [column for margin in self.margins for column in margin.columns]
        return list(dict.fromkeys([name for name in one if name] + [*many, *known]))


def columns_of(text: str | None) -> tuple[str, ...]:
    """``a,b`` as two columns."""
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def margin_of(text: str, findings: Findings) -> Margin | None:
    """``COLUMN=FILE`` or ``COLUMN,COLUMN=FILE``."""
    names, equals, file = text.partition("=")
    columns = columns_of(names)
    if not (columns and equals and file):
        findings.wrong_call(
            "margin.form",
            _("“{text}”不是 列=文件 的形式。", text=text),
            _("例如 --rake stype=types.csv；多列写成 --poststrata a,b=cells.csv。"),
        )
        return None
    if not Path(file).is_file():
        findings.wrong_call(
            "file.missing", _("没有文件 {path}。", path=file), _("请检查路径和文件名。")
        )
        return None
    return Margin(columns, Path(file))


def check(asked: Asked, findings: Findings) -> None:
    """Finds options that are impossible or do not go together."""
    _one_of("stat", asked.stat, STATISTICS, findings)
    if asked.interval:
        _one_of("interval", asked.interval, INTERVALS, findings)
    _one_of("lonely", asked.lonely, LONELY, findings)
    if asked.replicates is not None:
        _one_of("replicates", asked.replicates, REPLICATES, findings)
    for option, value in (("level", asked.level), ("quantile", asked.quantile)):
        if not 0 < value < 1:
            findings.wrong_call(
                "option.range",
                _("--{option} 是 {value}。", option=option, value=value),
                _("允许：大于 0、小于 1。"),
            )
    if asked.repeats < 2:
        findings.wrong_call(
            "option.range", _("--repeats 是 {value}。", value=asked.repeats), _("允许：2 以上。")
        )
    if asked.stat == "ratio" and not asked.over:
        findings.wrong_call("option.over", _("比率没有分母。"), _("请用 --over 列名 给出分母。"))
    if asked.stat != "ratio" and asked.over:
        findings.wrong_call(
            "option.over",
            _("--over 只用于 --stat ratio，现在是 {stat}。", stat=asked.stat),
            _("请去掉 --over，或改用 --stat ratio。"),
        )
    if len(asked.fpc) > max(len(asked.clusters), 1):
        findings.wrong_call(
            "option.fpc",
            _(
                "--fpc 有 {given} 列，抽样只有 {stages} 级。",
                given=len(asked.fpc),
                stages=max(len(asked.clusters), 1),
            ),
            _("每级至多一列；各级的抽样单元由 --clusters 给出。"),
        )


def _one_of(option: str, value: str, allowed: tuple[str, ...], findings: Findings) -> None:
    if value not in allowed:
        findings.wrong_call(
            "option.unknown",
            _("--{option} 是“{value}”。", option=option, value=value),
            _("允许：{allowed}。", allowed="、".join(allowed)),
        )
