"""From a file to checked rows in the ledger's form; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz, process

from zhiheng.documents.containers import open_table
from zhiheng.documents.headers import ROW
from zhiheng.documents.marking import MOST_EXCERPTED
from zhiheng.documents.raw_tables import RawTable
from zhiheng.documents.sheet_choice import NOTHING_SHEET
from zhiheng.evidence.canonical import NOTHING, NOTHING_TYPE, ROW_TYPE
from zhiheng.evidence.checks import check_rows, number_column, number_problems
from zhiheng.evidence.declaration import Kind, Role, Type
from zhiheng.evidence.delivery import Delivery
from zhiheng.evidence.filing import confine_to_accreditation, confine_to_own
from zhiheng.evidence.kinds import known_kind
from zhiheng.evidence.lake_files import digest
from zhiheng.evidence.layout import merged_numbers, overlong_rows, unread_cells
from zhiheng.evidence.mapping import Mapping, apply_mapping, identity, read_mapping
from zhiheng.evidence.nothing import read_nothing
from zhiheng.evidence.numbers import Numbers
from zhiheng.evidence.problems import Problem, Problems
from zhiheng.evidence.spool import Spool
from zhiheng.office.actors import BODY, Actor
from zhiheng.office.home import current
from zhiheng.office.regions import RegionTree
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError
from zhiheng.subjects.queries import own_subject
from zhiheng.subjects.references import build_references, reference_frame
from zhiheng.web.language import language_code


def receive(
    path: Path, code: str, mapping_path: Path | None, tree: RegionTree, actor: Actor, today: date
) -> Delivery:
    """Read, map and check a file.

    Raises:
        ContentError: the file, its header or the mapping cannot be used at all.
        UsageError: unknown kind, missing file, or a mapping of another kind.
    """
    kind = known_kind(code)
    given = read_mapping(mapping_path) if mapping_path else None
    if given is not None and given.kind != code:
        raise UsageError(
            "mapping.kind",
            _("映射文件是给“{other}”的，不是“{code}”。", other=given.kind, code=code),
            _("请改用 --kind {other}。", other=given.kind),
        )
    raw = _open(path, kind, given)
    mapping = given.as_in(raw.columns) if given else identity(kind, raw.columns)
    own = own_subject(actor.organisation) if actor.organisation is not None else None
    found, typed, numbers = Problems(), Spool(current().staging), Numbers(number_column(kind).name)
    rows, excerpt = 0, raw.frame.clear()
    for piece in raw.pieces():
        filed = apply_mapping(piece, mapping, path.parent)
        checked = check_rows(filed, kind, mapping, tree, actor, today)
        if own is not None:
            confine_to_own(checked, kind, mapping, own)
        if actor.party_kind == BODY:
            confine_to_accreditation(checked, kind, mapping, actor.accredited)
        checked.problems = _without_unread(checked.problems, raw)
        if rows == 0:
            found.add(_missing_columns(filed, kind, raw, mapping))
        checked.problems += overlong_rows(piece, raw, mapping)
        found.add(checked.problems)
        if checked.problems and len(excerpt) < MOST_EXCERPTED:
            bad = pl.Series([p.row for p in checked.problems], dtype=pl.Int64)
            excerpt.extend(piece.filter(pl.col(ROW).is_in(bad.implode())))
        typed.add(checked.frame)
        numbers.add(checked.frame)
        rows += len(piece)
    found.add(merged_numbers(raw, kind, mapping))
    found.add(unread_cells(raw, mapping))
    shared = numbers.shared(typed, found.rows)
    found.add(number_problems(shared.conflicting, kind, mapping))
    nothing: pl.DataFrame = pl.DataFrame(schema=NOTHING)
    nothing_problems: list[Problem] = []
    if given is None and NOTHING_SHEET in raw.sheets and raw.sheet != NOTHING_SHEET:
        nothing, nothing_problems = read_nothing(path, kind, tree, actor, today)
        if own is not None:
            nothing = nothing.with_columns(pl.lit(own.origin).alias("$subject"))
    used = mapping.source_columns() | set(mapping.ignore)
    return Delivery(
        kind,
        mapping,
        raw,
        rows,
        typed,
        found,
        shared.repeated,
        excerpt.head(MOST_EXCERPTED),
        nothing,
        nothing_problems,
        tuple(c for c in raw.columns if c not in used),
        digest(path),
    )


def _open(path: Path, kind: Kind, mapping: Mapping | None) -> RawTable:
    if mapping is not None:
        return open_table(
            path,
            sheet=mapping.sheet,
            header_row=mapping.header_row,
            expected=mapping.source_columns(),
        )
    titles = {t for c in kind.columns for t in (c.name, c.zh, c.en)}
    try:
        return open_table(path, expected=titles)
    except ContentError as error:
        if error.code != "file.header":
            raise
        required = "、".join(c.title(language_code()) for c in kind.columns if c.required)
        fix = _("必填的列：{names}。列名不同的，用映射文件说明每列来自哪一列。", names=required)
        raise ContentError(error.code, error.message, fix) from None


def _without_unread(problems: list[Problem], raw: RawTable) -> list[Problem]:
    """A cell that holds an error or a formula is not said to be empty as well."""
    named = {(row, title) for row, title, _said in raw.unread}
    return [p for p in problems if p.rule != "required" or (p.row, p.column) not in named]


def _missing_columns(
    filed: pl.DataFrame, kind: Kind, raw: RawTable, mapping: Mapping
) -> list[Problem]:
    header = raw.header_row or 0
    unused = [c for c in raw.columns if c not in mapping.source_columns()]
    return [
        Problem(
            header,
            column.zh,
            "",
            "column_missing",
            _("缺少必填列“{title}”", title=column.zh),
            _alike(column.zh, unused) + _("请补上这一列，或用映射文件说明它来自哪一列。"),
        )
        for column in kind.columns
        if column.required and column.name not in filed.columns
    ]


def _alike(title: str, unused: list[str]) -> str:
    close = process.extractOne(title, unused, scorer=fuzz.partial_ratio, score_cutoff=60)
    return _("“{other}”是不是这一列？", other=close[0]) if close else ""


def ledger_rows(delivery: Delivery, source: str, recorded_at: str) -> Iterator[pl.DataFrame]:
    """Rows without problems in the ledger's form: shared keys, typed columns, days as text.

    Rows of one file that say the very same are kept once. Nothing-to-report rows come first.
    """
    left_out = pl.concat([delivery.table_problems.rows, delivery.repeated]).implode()
    nothing = delivery.nothing.unique("$id", keep="first", maintain_order=True).with_columns(
        pl.lit(recorded_at).alias("$at"),
        pl.lit(source).alias("$source"),
        pl.lit(NOTHING_TYPE).alias("$type"),
    )
    for piece in delivery.typed:
        typed = piece.filter(~pl.col(ROW).is_in(left_out)).drop(ROW)
        rows = _in_ledger_form(typed, delivery, source, recorded_at)
        yield rows if nothing.is_empty() else pl.concat([nothing, rows], how="diagonal")
        nothing = nothing.clear()


def _in_ledger_form(
    typed: pl.DataFrame, delivery: Delivery, source: str, recorded_at: str
) -> pl.DataFrame:
    kind = delivery.kind
    names = {role: column.name for role in Role if (column := kind.with_role(role))}
    subject = pl.Series("$subject", [None] * len(typed), dtype=pl.String)
    if Role.SUBJECT_NAME in names:
        said = subjects(typed, kind, pl.col(names[Role.REGION]))
        subject = build_references(said, delivery.mapping.subject_scheme)
    return typed.with_columns(
        pl.lit(recorded_at).alias("$at"),
        pl.col(names[Role.OCCURRED_ON]).dt.to_string("%Y-%m-%d").alias("$day"),
        pl.col(names[Role.EXTERNAL_ID]).alias("$id"),
        pl.lit(kind.code).alias("$kind"),
        pl.col(names[Role.REGION]).alias("$region"),
        pl.lit(source).alias("$source"),
        subject.alias("$subject"),
        pl.lit(None, dtype=pl.String).alias("$supersedes"),
        pl.lit(ROW_TYPE).alias("$type"),
    ).with_columns(
        pl.col(c.name).dt.to_string("%Y-%m-%d") for c in kind.plain_columns if c.type is Type.DATE
    )


def subjects(rows: pl.DataFrame, kind: Kind, region: pl.Expr) -> pl.DataFrame:
    """Whom the rows speak of, as it was written: what `subjects.references` reads."""
    said = (Role.SUBJECT_CODE, Role.SUBJECT_NAME, Role.SUBJECT_ADDRESS)
    names = {role.value: column.name for role in said if (column := kind.with_role(role))}
    return rows.select(
        *(pl.col(name).alias(role) for role, name in names.items()), region.alias("region")
    )


def subject_references(rows: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """The distinct subject references of rows, for `subjects.actions.register_references`."""
    filed = rows.filter((pl.col("$type") == ROW_TYPE) & pl.col("$subject").is_not_null())
    said = subjects(filed, kind, pl.col("$region"))
    return reference_frame(said, references=filed["$subject"])
