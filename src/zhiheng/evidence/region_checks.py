"""Whether what a file calls regions are regions, on the row's own day and of the actor's."""

from __future__ import annotations

import unicodedata
from datetime import date

import polars as pl
from rapidfuzz import process

from zhiheng.evidence.declaration import Kind, Role
from zhiheng.evidence.faults import Faults
from zhiheng.office.actors import Actor
from zhiheng.office.regions import RegionTree
from zhiheng.office.words import _

_MOST_LOOKED_UP = 50
"""Unknown regions of which names alike are sought, each through all regions."""


def check_regions(
    columns: dict[str, pl.Series],
    kind: Kind,
    tree: RegionTree,
    actor: Actor,
    faults: Faults,
) -> None:
    column, day_column = kind.with_role(Role.REGION), kind.with_role(Role.OCCURRED_ON)
    assert column is not None
    assert day_column is not None
    filed = columns[column.name]
    found = _region_keys(filed, columns[day_column.name], tree)
    unknown = filed.is_not_null() & found.is_null()
    for fix, bad in _by_fix(filed, unknown, tree):
        faults.add(column, bad, filed, "region", _("没有“{value}”这个区域", value="{value}"), fix)
    if actor.filing_regions is not None:
        outside = found.is_not_null() & ~found.is_in(list(actor.filing_regions))
        faults.add(
            column,
            outside,
            filed,
            "region_scope",
            _("“{value}”不在本单位辖区内", value="{value}"),
            _("只能报送辖区 {region} 内的数据。", region=actor.region or ""),
        )
    columns[column.name] = found.alias(column.name)


def _by_fix(filed: pl.Series, unknown: pl.Series, tree: RegionTree) -> list[tuple[str, pl.Series]]:
    """What to do about unknown regions, and for which rows; the first few texts are looked up."""
    if not unknown.any():
        return []
    general = _("请用区划代码，或先载入该区域。")
    texts = filed.filter(unknown).unique(maintain_order=True)[:_MOST_LOOKED_UP].to_list()
    names = {v.name: v.key for v in tree.versions}
    fixes: dict[str, str] = {}
    for text in texts:
        close = process.extract(text.split("/")[-1], list(names), limit=3, score_cutoff=50)
        said = "、".join(f"{name}（{names[name]}）" for name, _score, _i in close)
        fixes[text] = _("是否为：{said}?", said=said) if said else general
    fix = filed.replace_strict(fixes, default=general, return_dtype=pl.String)
    return [(each, unknown & (fix == each)) for each in sorted({*fixes.values(), general})]


def _find(text: str, tree: RegionTree, day: date | None = None) -> str | None:
    return tree.find(text, day) or tree.find(unicodedata.normalize("NFKC", text), day)


def _region_keys(filed: pl.Series, days: pl.Series, tree: RegionTree) -> pl.Series:
    """The key each text means; a name that several regions have borne is read on its own day."""
    always = {text: _find(text, tree) for text in filed.drop_nulls().unique()}
    found = filed.replace_strict(always, default=None, return_dtype=pl.String)
    open_ = filed.is_not_null() & found.is_null() & days.is_not_null()
    if not open_.any():
        return found
    pairs = pl.DataFrame({"text": filed, "day": days}).filter(open_)
    distinct = pairs.unique()
    keys = [_find(text, tree, day) for text, day in distinct.iter_rows()]
    resolved = pairs.join(
        distinct.with_columns(pl.Series("key", keys, dtype=pl.String)),
        on=["text", "day"],
        how="left",
        maintain_order="left",
    )
    return found.scatter(open_.arg_true(), resolved["key"])
