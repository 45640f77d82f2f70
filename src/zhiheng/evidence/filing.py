"""Who may file what: the parties of a kind, an organisation's own subject, accreditation."""

from __future__ import annotations

import polars as pl

from zhiheng.documents.headers import ROW
from zhiheng.evidence.checks import Checked
from zhiheng.evidence.declaration import Column, Kind, Role
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.mapping import Mapping
from zhiheng.evidence.problems import Problem
from zhiheng.office.accreditation import Accredited, described, entries_for
from zhiheng.office.actors import BODY, OPERATOR, Actor
from zhiheng.office.queries import party_names
from zhiheng.office.words import _
from zhiheng.rules.errors import RightError
from zhiheng.subjects.names import normalise_names
from zhiheng.subjects.queries import OwnSubject
from zhiheng.subjects.references import build_references
from zhiheng.web.language import language_code


def kinds_to_file(actor: Actor) -> list[Kind]:
    """The kinds of evidence this actor may hand in, in the order of their declaration."""
    return [kind for kind in ALL.values() if may_file(actor, kind)]


def may_file(actor: Actor, kind: Kind) -> bool:
    """Whether any row of this kind could be taken from the actor."""
    if not (kind.may_report and actor.can("evidence.import")):
        return False
    if actor.kinds is not None and kind.code not in actor.kinds:
        return False
    if actor.party_kind == OPERATOR:
        return True
    if actor.party_kind == BODY and not entries_for(kind.code, actor.accredited):
        return False
    return actor.party_kind in kind.may_report


def require_filing(actor: Actor, kind: Kind) -> None:
    """Raises RightError with the reason why this actor may not hand in this kind."""
    actor.require("evidence.import")
    if may_file(actor, kind):
        return
    language = language_code()
    title, party = kind.title(language), party_names([actor.party])[actor.party]
    allowed = "、".join(k.title(language) for k in kinds_to_file(actor)) or _("（无）")
    if actor.kinds is not None and kind.code not in actor.kinds:
        raise RightError(
            "right.kind",
            _("{party} 不报送“{kind}”。", party=party, kind=title),
            _("可报送：{kinds}。", kinds=allowed),
        )
    if actor.party_kind in kind.may_report:
        raise RightError(
            "accreditation.missing",
            _("{party} 没有报送“{kind}”的资质。", party=party, kind=title),
            _("资质范围内可报送：{kinds}。如已取得资质，请管理员登记。", kinds=allowed),
        )
    raise RightError(
        "right.reporter",
        _("“{kind}”不由{who}报送。", kind=title, who=party_word(actor.party_kind)),
        _("可报送：{kinds}。", kinds=allowed),
    )


def party_word(party_kind: str) -> str:
    """The kind of party in words."""
    words = {"unit": _("部门"), "organisation": _("企业"), "body": _("技术机构")}
    return words.get(party_kind, _("一般文件"))


def confine_to_accreditation(
    checked: Checked, kind: Kind, mapping: Mapping, entries: tuple[Accredited, ...]
) -> None:
    """Adds a problem for each row that no entry of the accreditation covers.

    The entry must hold on the day of the row; a row on a day that some entry covers is told
    which of its values lies outside of the scope.
    """
    own = entries_for(kind.code, entries)
    day_column = kind.with_role(Role.OCCURRED_ON)
    assert day_column is not None
    frame = checked.frame
    days = frame[day_column.name]
    allowed = "；".join(described(entry) for entry in own)
    covered = pl.Series([False] * len(frame))
    timely = pl.Series([False] * len(frame))
    for entry in own:
        holds = days >= entry.valid_from
        if entry.valid_to is not None:
            holds &= days <= entry.valid_to
        holds = holds.fill_null(False)
        timely |= holds
        for name, values in entry.scope.items():
            holds &= frame[name].cast(pl.String).is_in(list(values)).fill_null(False)
        covered |= holds
    limited = next((kind.column(name) for entry in own for name in entry.scope), day_column)
    for outside, column, text in (
        (~timely & days.is_not_null(), day_column, _("这一天没有有效的资质")),
        (timely & ~covered, limited, _("不在资质范围内")),
    ):
        fix = _("资质：{allowed}。", allowed=allowed)
        _add(checked, outside, column, mapping, "accreditation", text, fix)


def confine_to_own(checked: Checked, kind: Kind, mapping: Mapping, own: OwnSubject) -> None:
    """Adds a problem for each row about another subject than the organisation itself.

    A row that gives no code but the organisation's own name is taken as its own, under its code.
    """
    code, name = kind.with_role(Role.SUBJECT_CODE), kind.with_role(Role.SUBJECT_NAME)
    region = kind.with_role(Role.REGION)
    assert code is not None
    assert name is not None
    assert region is not None
    frame = checked.frame
    if own.code_in(mapping.subject_scheme):
        unnamed = frame[code.name].is_null() & (
            frame[name.name].is_null() | normalise_names(frame[name.name]).is_in(list(own.names))
        )
        given = pl.when(unnamed).then(pl.lit(own.code_in(mapping.subject_scheme)))
        frame = frame.with_columns(given.otherwise(pl.col(code.name)).alias(code.name))
        checked.frame = frame
    references = build_references(
        frame.select(
            pl.col(code.name).alias("subject_code"),
            pl.col(name.name).alias("subject_name"),
            pl.col(region.name).alias("region"),
        ),
        mapping.subject_scheme,
    )
    other = ~references.is_in(list(own.references)).fill_null(False)
    shown = code if frame[code.name].is_not_null().any() else name
    _add(
        checked,
        other,
        shown,
        mapping,
        "subject_scope",
        _("只能报送本企业的数据"),
        _("本企业为 {name}；请删去别家的行，或改正代码。", name=own.title),
    )


def _add(
    checked: Checked,
    bad: pl.Series,
    column: Column,
    mapping: Mapping,
    rule: str,
    text: str,
    fix: str,
) -> None:
    """One problem for each row where ``bad``, under the title that the file itself uses."""
    if not bad.any():
        return
    source = mapping.columns.get(column.name, column.zh)
    title = source if isinstance(source, str) else source[-1]
    rows = checked.frame.filter(bad)
    checked.problems = sorted(
        [
            *checked.problems,
            *(
                Problem(row, title, value or "", rule, text, fix)
                for row, value in zip(rows[ROW], rows[column.name].cast(pl.String), strict=True)
            ),
        ]
    )
