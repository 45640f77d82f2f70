"""The population columns of a design, checked stage by stage against the sample."""

from __future__ import annotations

import polars as pl

from zhiheng.indicators.desk.asked import Asked
from zhiheng.indicators.desk.problems import Findings
from zhiheng.office.words import _

_SHOWN = 3


def check_populations(asked: Asked, frame: pl.DataFrame, findings: Findings) -> None:
    """Finds sizes that vary where one is meant, are smaller than the sample, or are mixed.

    The columns are complete and hold positive numbers.
    """
    sizes = [frame[name].cast(pl.Float64) for name in asked.fpc]
    fractions = [bool((size <= 1).all()) for size in sizes]
    if not all(fractions):
        for name, size in zip(asked.fpc, sizes, strict=True):
            if (size < 1).any():
                findings.wrong(
                    "fpc.mixed",
                    _("列“{name}”里有小于 1 的数，而 --fpc 的列里另有大于 1 的数。", name=name),
                    _("请全部写总体数，或全部写抽样比。"),
                )
                return
        for stage in range(len(sizes)):
            _check_sizes(asked, frame, stage, findings)
        return
    for stage, name in enumerate(asked.fpc):
        within = _path(asked, stage + 1)
        if len(within) > stage:
            _one_value(frame, name, within, findings)


def warn_of_stages(asked: Asked, findings: Findings) -> None:
    if asked.fpc and len(asked.fpc) < len(asked.clusters) and not asked.with_replacement:
        findings.warn(
            "fpc.stages",
            _(
                "{columns} 没有总体数，按全部抽取计算，这些级不计方差。",
                columns="、".join(asked.clusters[len(asked.fpc) :]),
            ),
            _("若只抽了一部分，请在 --fpc 里补上各级的总体数。"),
        )


def _check_sizes(asked: Asked, frame: pl.DataFrame, stage: int, findings: Findings) -> None:
    name, within = asked.fpc[stage], _path(asked, stage)
    if not _one_value(frame, name, within, findings):
        return
    unit = pl.col(asked.clusters[stage]).n_unique() if asked.clusters else pl.len()
    drawn = _grouped(frame, within, pl.col(name).first().alias("\0held"), unit.alias("\0drawn"))
    short = drawn.filter(pl.col("\0held") < pl.col("\0drawn"))
    if short.height:
        first = short.row(0, named=True)
        findings.wrong(
            "fpc.small",
            _(
                "{count} 处的总体数（列“{name}”）小于样本数{places}：总体 {held:g}，抽了 {drawn}。",
                count=short.height,
                name=name,
                places=_places(short, within),
                held=first["\0held"],
                drawn=first["\0drawn"],
            ),
            _("总体数不能小于样本数；请检查这一列，或放回抽样时用 --with-replacement。"),
        )


def _one_value(frame: pl.DataFrame, name: str, within: list[str], findings: Findings) -> bool:
    held = _grouped(frame, within, pl.col(name).n_unique().alias("\0values"))
    varying = held.filter(pl.col("\0values") > 1)
    if varying.height:
        findings.wrong(
            "fpc.varies",
            _(
                "列“{name}”在 {count} 处不止一个值{places}。",
                name=name,
                count=varying.height,
                places=_places(varying, within),
            ),
            _("总体数在一层（或一个上级单元）里只能有一个值；抽样比在一个单元里只能有一个值。"),
        )
    return not varying.height


def _grouped(frame: pl.DataFrame, within: list[str], *wanted: pl.Expr) -> pl.DataFrame:
    if within:
        return frame.group_by(within, maintain_order=True).agg(*wanted)
    return frame.select(*wanted)


def _path(asked: Asked, stage: int) -> list[str]:
    """Columns within which units of a stage were drawn: the stratum, the units above."""
    return list(dict.fromkeys([*([asked.strata] if asked.strata else []), *asked.clusters[:stage]]))


def _places(found: pl.DataFrame, within: list[str]) -> str:
    if not within:
        return ""
    shown = [
        ",".join(f"{name}={row[name]}" for name in within)
        for row in found.head(_SHOWN).iter_rows(named=True)
    ]
    return _("（{places}）", places="、".join(shown) + (" …" if found.height > _SHOWN else ""))
