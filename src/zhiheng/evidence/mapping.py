"""A mapping file lets a foreign table in without code: it says where each column comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, ValidationError
from pydantic_core import PydanticCustomError

from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW, clean_header
from zhiheng.evidence.conversion import as_text, text_of
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError
from zhiheng.rules.yaml_text import load


def _bare(name: str) -> str:
    """Whoever files also sends the mapping: it must not reach into other folders."""
    if name in {"", ".", ".."} or any(sign in name for sign in "/\\\0"):
        said = _("“{name}”不是文件名；只写文件名，它要和报送的文件放在一起", name=name)
        raise PydanticCustomError("bare_name", "{said}", {"said": said})
    return name


class Unit(BaseModel):
    """What a filed number is multiplied by to get the kind's unit."""

    model_config = ConfigDict(extra="forbid")
    factor: FiniteFloat


class Join(BaseModel):
    """Columns looked up in another file that lies beside the imported one."""

    model_config = ConfigDict(extra="forbid")
    file: Annotated[str, AfterValidator(_bare)]
    on: dict[str, str]
    take: list[str]


class Mapping(BaseModel):
    """The whole mapping; field by field it is described in docs/rooms/evidence.md."""

    model_config = ConfigDict(extra="forbid")
    kind: str
    source: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    columns: dict[str, str | list[str]]
    constants: dict[str, str | int | float | bool | date] = Field(default_factory=dict)
    defaults: dict[str, str | int | float | bool | date] = Field(default_factory=dict)
    values: dict[str, dict[str | int | float | bool, str | int | float | bool]] = Field(
        default_factory=dict
    )
    dates: dict[str, list[str]] = Field(default_factory=dict)
    units: dict[str, Unit] = Field(default_factory=dict)
    joins: list[Join] = Field(default_factory=list)
    subject_scheme: str = "uscc"
    region_prefix: str = ""
    ignore: list[str] = Field(default_factory=list)

    @property
    def declared(self) -> Kind:
        return ALL[self.kind]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def as_in(self, titles: Collection[str]) -> Mapping:
        """With names of columns as `clean_header` gives them, where the file has them so."""

        def found(name: str) -> str:
            return clean if name not in titles and (clean := clean_header(name)) in titles else name

        def each(source: str | list[str]) -> str | list[str]:
            return found(source) if isinstance(source, str) else [found(name) for name in source]

        return self.model_copy(
            update={
                "columns": {name: each(source) for name, source in self.columns.items()},
                "ignore": [found(name) for name in self.ignore],
                "joins": [
                    join.model_copy(update={"on": {found(a): b for a, b in join.on.items()}})
                    for join in self.joins
                ],
            }
        )

    def source_columns(self) -> set[str]:
        """Every column of the file that the mapping speaks of."""
        named = {c for s in self.columns.values() for c in ([s] if isinstance(s, str) else s)}
        return (named | {left for j in self.joins for left in j.on}) - {
            taken for j in self.joins for taken in j.take
        }


def read_mapping(path: Path) -> Mapping:
    """Read a mapping, refusing it with every fault at once.

    Raises:
        ContentError: ``mapping.invalid``; UsageError: ``file.missing``.
    """
    if not path.exists():
        raise UsageError("file.missing", _("找不到映射文件 {path}。", path=path))
    try:
        mapping = Mapping.model_validate(load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _invalid(path, [str(error)]) from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise _invalid(path, faults) from error
    if mapping.kind not in ALL:
        kinds = "、".join(ALL)
        raise _invalid(
            path, [_("kind：没有“{kind}”，可用：{kinds}", kind=mapping.kind, kinds=kinds)]
        )
    if faults := [*_unknown_columns(mapping), *_never_filed(mapping)]:
        raise _invalid(path, faults)
    return mapping


def _invalid(path: Path, faults: list[str]) -> ContentError:
    return ContentError(
        "mapping.invalid",
        _("映射文件 {path} 有误：", path=path.name) + "\n" + "\n".join(faults),
        _("字段说明见文档“证据”一页。"),
    )


def _unknown_columns(mapping: Mapping) -> list[str]:
    known = {c.name for c in mapping.declared.columns}
    faults = []
    for part in ("columns", "constants", "defaults", "values", "dates", "units"):
        for name in sorted(set(getattr(mapping, part)) - known):
            allowed = "、".join(sorted(known))
            faults.append(
                _(
                    "{part}.{name}：该类证据没有这一列，可用：{allowed}",
                    part=part,
                    name=name,
                    allowed=allowed,
                )
            )
    return faults


def _never_filed(mapping: Mapping) -> list[str]:
    return [
        _("values.{name}：columns 和 constants 都没有给出这一列", name=name)
        for name in mapping.values
        if name not in mapping.columns and name not in mapping.constants
    ]


def identity(kind: Kind, columns: tuple[str, ...]) -> Mapping:
    """The mapping of a file whose headers are the kind's own names, in any language."""
    found: dict[str, str | list[str]] = {}
    for title in columns:
        if (column := kind.titles.get(title.casefold())) is not None:
            found.setdefault(column.name, title)
    return Mapping(kind=kind.code, columns=found)


def apply_mapping(frame: pl.DataFrame, mapping: Mapping, folder: Path) -> pl.DataFrame:
    """The frame under the kind's column names: row number first, all values still as filed.

    Args:
        frame: ``ROW`` and the file's columns.
        folder: where joined files lie.

    Raises:
        ContentError: ``mapping.column`` names every source column that the file lacks.
    """
    for join in mapping.joins:
        frame = _joined(frame, join, folder)
    wanted = [c for s in mapping.columns.values() for c in ([s] if isinstance(s, str) else s)]
    if missing := sorted(set(wanted) - set(frame.columns)):
        raise ContentError(
            "mapping.column",
            _("文件里没有映射所说的列：{columns}。", columns="、".join(missing)),
            _("文件的列是：{columns}。", columns="、".join(c for c in frame.columns if c != ROW)),
        )
    parts = [pl.col(ROW)]
    for name, source in mapping.columns.items():
        parts.append(_taken(source, frame.schema).alias(name))
    taken = frame.select(parts)
    constants = [pl.lit(_text(v)).alias(name) for name, v in mapping.constants.items()]
    taken = taken.with_columns(constants)
    for name, table in mapping.values.items():
        pairs = {_text(k): _text(v) for k, v in table.items()}
        taken = taken.with_columns(as_text(taken[name]).str.strip_chars().replace(pairs))
    if mapping.region_prefix and "region" in taken.columns:
        filed = as_text(taken["region"])
        taken = taken.with_columns((mapping.region_prefix + filed).alias("region"))
    for name, value in mapping.defaults.items():
        filed = as_text(taken[name]) if name in taken.columns else pl.Series([None] * len(taken))
        empty = filed.cast(pl.String).str.strip_chars().fill_null("") == ""
        filled = pl.DataFrame({"f": filed.cast(pl.String), "e": empty}).select(
            pl.when("e").then(pl.lit(_text(value))).otherwise("f").alias(name)
        )
        taken = taken.with_columns(filled[name])
    return taken


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _taken(source: str | list[str], schema: pl.Schema) -> pl.Expr:
    if isinstance(source, str):
        return pl.col(source)
    return pl.concat_str(
        [text_of(pl.col(c), schema[c]) for c in source], separator="/", ignore_nulls=True
    )


def _joined(frame: pl.DataFrame, join: Join, folder: Path) -> pl.DataFrame:
    path = folder / join.file
    if not path.is_file():
        raise ContentError(
            "mapping.join",
            _("报送的文件旁边没有映射所说的文件 {file}。", file=join.file),
            _("请先把所需的列并入报送的表，或把两个文件放在一起用命令导入。"),
        )
    other = read_table(path).frame
    keys = list(join.on.values())
    if missing := sorted({*keys, *join.take} - set(other.columns)):
        raise ContentError(
            "mapping.join",
            _("{file} 里没有列：{columns}。", file=join.file, columns="、".join(missing)),
            _("它的列是：{columns}。", columns="、".join(c for c in other.columns if c != ROW)),
        )
    if lost := sorted(set(join.on) - set(frame.columns)):
        raise ContentError(
            "mapping.join", _("文件里没有用来关联的列：{columns}。", columns="、".join(lost))
        )
    other = other.select(*keys, *join.take).unique(keys, keep="first", maintain_order=True)
    left = frame.with_columns(as_text(frame[c]).alias(f"__key_{c}") for c in join.on)
    right = other.with_columns(as_text(other[c]) for c in keys)
    return left.join(
        right,
        left_on=[f"__key_{c}" for c in join.on],
        right_on=keys,
        how="left",
        maintain_order="left",
    ).drop([f"__key_{c}" for c in join.on])
