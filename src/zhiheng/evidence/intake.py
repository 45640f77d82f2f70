"""From a file to checked rows in the ledger's form; nothing is written here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from zhiheng.documents.containers import NOTHING_SHEET, ROW, RawTable, read_table
from zhiheng.evidence.canonical import NOTHING, NOTHING_TYPE, ROW_TYPE
from zhiheng.evidence.checks import Checked, check
from zhiheng.evidence.declaration import Kind, Role, Type
from zhiheng.evidence.filing import confine_to_accreditation, confine_to_own
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.layout import merged_numbers
from zhiheng.evidence.mapping import Mapping, apply_mapping, identity, read_mapping
from zhiheng.evidence.nothing import read_nothing
from zhiheng.evidence.problems import Problem
from zhiheng.office.actors import BODY, Actor
from zhiheng.office.regions import RegionTree
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.queries import own_subject
from zhiheng.subjects.references import build_references, reference_frame


@dataclass(frozen=True)
class Delivery:
    """A file that was read and checked.

    Attributes:
        read: rows in the file, nothing-to-report rows included.
        checked: typed rows and all problems.
        nothing: checked nothing-to-report rows (``NOTHING`` columns), and what is wrong with
            others of that sheet, whose rows it numbers by itself.
        unused: the file's columns that no one asked for.
    """

    kind: Kind
    mapping: Mapping
    raw: RawTable
    checked: Checked
    nothing: pl.DataFrame
    nothing_problems: list[Problem]
    unused: tuple[str, ...]
    file_hash: str

    @property
    def read(self) -> int:
        return len(self.checked.frame) + len(self.nothing) + len(self.nothing_problems)

    @property
    def problems(self) -> list[Problem]:
        return [*self.checked.problems, *self.nothing_problems]

    @property
    def header_problems(self) -> list[Problem]:
        """Problems of the table as a whole: none of its rows can be taken."""
        return [p for p in self.problems if p.rule == "column_missing"]

    def bad_rows(self) -> set[int]:
        """Rows of the table itself that cannot be taken."""
        return {p.row for p in self.checked.problems}

    @property
    def rejected(self) -> int:
        return len(self.bad_rows()) + len(self.nothing_problems)

    def marks(self) -> list[Problem]:
        """All problems as the table's sheet shows them: those of the other sheet at its header."""
        header = self.raw.header_row or 0
        return [
            *self.checked.problems,
            *(
                replace(
                    p,
                    row=header,
                    message=_("{message}（第 {row} 行）", message=p.message, row=p.row),
                )
                for p in self.nothing_problems
            ),
        ]


def _at(problem: Problem) -> str:
    return _("{message}（第 {row} 行）", message=problem.message, row=problem.row)


def known_kind(code: str) -> Kind:
    """Raises UsageError ``kind.unknown`` with the codes there are."""
    if code not in ALL:
        raise UsageError(
            "kind.unknown",
            _("没有“{code}”这类证据。", code=code),
            _("可用：{codes}。", codes="、".join(ALL)),
        )
    return ALL[code]


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
    raw = _read(path, kind, given)
    mapping = given or identity(kind, raw.columns)
    filed = apply_mapping(raw.frame, mapping, path.parent)
    checked = check(filed, kind, mapping, tree, actor, today)
    own = own_subject(actor.organisation) if actor.organisation is not None else None
    if own is not None:
        confine_to_own(checked, kind, mapping, own)
    if actor.party_kind == BODY:
        confine_to_accreditation(checked, kind, mapping, actor.accredited)
    if shared := merged_numbers(raw, kind, mapping):
        checked.problems = sorted([*shared, *checked.problems])
    if missing := _missing_columns(filed, kind, raw):
        checked.problems = sorted([*missing, *checked.problems])
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
        checked,
        nothing,
        nothing_problems,
        tuple(c for c in raw.columns if c not in used),
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _read(path: Path, kind: Kind, mapping: Mapping | None) -> RawTable:
    if mapping is not None:
        return read_table(
            path,
            sheet=mapping.sheet,
            header_row=mapping.header_row,
            expected=mapping.source_columns(),
        )
    titles = {t for c in kind.columns for t in (c.name, c.zh, c.en)}
    return read_table(path, expected=titles)


def _missing_columns(filed: pl.DataFrame, kind: Kind, raw: RawTable) -> list[Problem]:
    header = raw.header_row or 0
    return [
        Problem(
            header,
            column.zh,
            "",
            "column_missing",
            _("缺少必填列“{title}”", title=column.zh),
            _("请补上这一列，或用映射文件说明它来自哪一列。"),
        )
        for column in kind.columns
        if column.required and column.name not in filed.columns
    ]


def ledger_rows(delivery: Delivery, source: str, recorded_at: str) -> pl.DataFrame:
    """Rows without problems in the ledger's form: shared keys, typed columns, days as text.

    Rows of one file that say the very same are kept once.
    """
    kind = delivery.kind
    bad = delivery.bad_rows()
    typed = delivery.checked.frame.filter(~pl.col(ROW).is_in(list(bad))).drop(ROW)
    typed = typed.unique(maintain_order=True)
    names = {role: column.name for role in Role if (column := kind.with_role(role))}
    subject = pl.Series("$subject", [None] * len(typed), dtype=pl.String)
    if Role.SUBJECT_NAME in names:
        subject = build_references(_subjects(typed, names), delivery.mapping.subject_scheme)
    rows = typed.with_columns(
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
    if delivery.nothing.is_empty():
        return rows
    nothing = delivery.nothing.with_columns(
        pl.lit(recorded_at).alias("$at"),
        pl.lit(source).alias("$source"),
        pl.lit(NOTHING_TYPE).alias("$type"),
    )
    return pl.concat([rows, nothing], how="diagonal")


def _subjects(typed: pl.DataFrame, names: dict[Role, str]) -> pl.DataFrame:
    return typed.select(
        pl.col(names[Role.SUBJECT_CODE]).alias("subject_code"),
        pl.col(names[Role.SUBJECT_NAME]).alias("subject_name"),
        pl.col(names[Role.REGION]).alias("region"),
    )


def subject_references(rows: pl.DataFrame, kind: Kind, scheme: str) -> pl.DataFrame:
    """The distinct subject references of rows, for `subjects.actions.register_references`."""
    names = {role: column.name for role in Role if (column := kind.with_role(role))}
    if Role.SUBJECT_NAME not in names:
        return reference_frame(pl.DataFrame(schema={"subject_code": pl.String}), scheme)
    filed = rows.filter(pl.col("$type") == ROW_TYPE)
    said = (Role.SUBJECT_CODE, Role.SUBJECT_NAME, Role.SUBJECT_ADDRESS)
    subjects = filed.select(
        *(pl.col(names[role]).alias(role.value) for role in said if role in names),
        pl.col("$region").alias("region"),
    )
    return reference_frame(subjects, scheme)
