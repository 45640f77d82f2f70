"""The kind that nobody hands in as a file: a firm's objection to a row held about it."""

from __future__ import annotations

from zhiheng.evidence.declaration import Column, Kind, Order, Type
from zhiheng.evidence.kinds.shared import choices, identity, subject

OBJECTION = Kind(
    "objection",
    "异议",
    "Objection",
    (
        *identity("异议编号", "Objection number", "提出日期", "Filed on"),
        *subject("提出企业", "Objecting firm"),
        Column("about_row", "所涉记录", "Row objected to", Type.INTEGER, required=True),
        Column("about_kind", "所涉类别", "Kind of that row", required=True),
        Column("about_leaf", "所涉记录摘要", "Leaf of that row", required=True),
        Column("grounds", "异议理由", "Grounds", required=True),
        Column("attachment", "附件", "Attachment", note="文件内容的 SHA-256"),
        Column("attachment_name", "附件名称", "Name of the attachment"),
        Column(
            "state",
            "处理状态",
            "State",
            Type.CODE,
            required=True,
            choices=choices(
                ("open", "处理中", "Open"),
                ("upheld", "成立", "Upheld"),
                ("rejected", "不成立", "Rejected"),
                ("withdrawn", "已撤回", "Withdrawn"),
            ),
        ),
        Column("decided_on", "处理日期", "Decided on", Type.DATE),
        Column("decided_by", "处理单位", "Decided by"),
        Column("reason", "处理说明", "Reason"),
    ),
    may_report=(),
    orders=(Order("occurred_on", "decided_on"),),
    source="《政务数据共享条例》数据校核；《个人信息保护法》第四十六条更正权",
)
