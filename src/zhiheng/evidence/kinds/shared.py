"""Columns that several kinds declare alike."""

from __future__ import annotations

from zhiheng.evidence.declaration import Choice, Column, Role, Type


def choices(*triples: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(*triple) for triple in triples)


def identity(number: str, number_en: str, day: str, day_en: str) -> tuple[Column, ...]:
    """The number, region and day that every kind begins with, under the kind's own names."""
    return (
        Column("number", number, number_en, role=Role.EXTERNAL_ID, required=True, example="A-0001"),
        Column(
            "region",
            "所在区域",
            "Region",
            role=Role.REGION,
            required=True,
            example="990101",
            note="区划代码、名称或“市/区”路径",
        ),
        Column(
            "occurred_on",
            day,
            day_en,
            Type.DATE,
            role=Role.OCCURRED_ON,
            required=True,
            example="2026-03-15",
        ),
    )


def subject(who: str, who_en: str, *, required: bool = True) -> tuple[Column, ...]:
    """The organisation a row speaks of: its code where it has one, and its name."""
    return (
        Column(
            "subject_code",
            f"{who}统一社会信用代码",
            f"{who_en} credit code",
            role=Role.SUBJECT_CODE,
            example="91350100M000100Y43",
            note="没有代码或代码有误的，进入主体核对清单，不会被退回",
        ),
        Column(
            "subject_name",
            f"{who}名称",
            f"{who_en} name",
            role=Role.SUBJECT_NAME,
            required=required,
            example="衡川晨光食品有限公司",
        ),
    )


DESIGN = (
    Column("stratum", "抽样层", "Stratum", example="大型", note="按抽样方案填写；不分层可空"),
    Column("weight", "抽样权数", "Design weight", Type.NUMBER, least=0, example="12.5"),
    Column("cluster", "抽样点", "Cluster", example="P-07", note="初级抽样单元；空则以企业为群"),
)
