"""Kinds in which consumers speak: complaints and satisfaction answers."""

from __future__ import annotations

from zhiheng.evidence.declaration import Column, Kind, Order, Type
from zhiheng.evidence.kinds.shared import DESIGN, choices, identity, subject

COMPLAINT = Kind(
    "complaint",
    "投诉",
    "Complaint",
    (
        *identity("投诉编号", "Complaint number", "接收日期", "Received on"),
        *subject("被投诉方", "Respondent", required=False),
        Column(
            "channel",
            "来源渠道",
            "Channel",
            Type.CODE,
            choices=choices(
                ("12315", "12315平台", "12315 platform"),
                ("12345", "12345热线", "12345 hotline"),
                ("visit", "来访来信", "Visit or letter"),
                ("online", "网络", "Online"),
            ),
        ),
        Column(
            "topic",
            "投诉类别",
            "Topic",
            Type.CODE,
            required=True,
            choices=choices(
                ("product", "产品质量", "Product quality"),
                ("service", "服务质量", "Service quality"),
                ("engineering", "工程质量", "Construction quality"),
                ("hygiene", "环境卫生", "Sanitation"),
                ("other", "其他", "Other"),
            ),
        ),
        Column(
            "state",
            "办理状态",
            "State",
            Type.CODE,
            required=True,
            choices=choices(
                ("open", "办理中", "Open"),
                ("closed", "已办结", "Closed"),
                ("withdrawn", "已撤回", "Withdrawn"),
                ("duplicate", "重复", "Duplicate"),
            ),
        ),
        Column("accepted_on", "受理日期", "Accepted on", Type.DATE, example="2026-03-18"),
        Column("due_on", "应办结日期", "Due on", Type.DATE, example="2026-05-25"),
        Column("closed_on", "办结日期", "Closed on", Type.DATE, example="2026-04-02"),
        Column("recovered", "挽回损失", "Loss recovered", Type.NUMBER, unit="元", least=0),
        Column("complainant", "投诉人", "Complainant", personal=True, example="李四"),
        Column("phone", "联系电话", "Phone", personal=True, example="13812345678"),
    ),
    orders=(Order("occurred_on", "accepted_on"), Order("occurred_on", "closed_on")),
    source="市场监督管理投诉举报处理规定",
)

PRODUCT_COMPLAINT = Kind(
    "product_complaint",
    "产品故障投诉",
    "Complaint about a product's faults",
    (
        *identity("投诉编号", "Complaint number", "投诉日期", "Complained on"),
        *subject("生产企业", "Producer", required=False),
        Column("product", "产品型号", "Product model", required=True, example="晨光电饭煲 CG-30"),
        Column("brand", "品牌", "Brand", example="晨光"),
        Column(
            "faults",
            "故障代码",
            "Fault codes",
            example="A9,C12",
            note="按行业的故障代码表，几个代码用逗号分开",
        ),
        Column("description", "问题描述", "Description", personal=True, example="内胆起泡脱落"),
    ),
    may_report=("unit", "body"),
    source="消费者权益保护法第三十二条",
)
"""Complaints with faults in the codes of their trade, as for cars or household appliances."""

_SCORE = {"type": Type.NUMBER, "least": 1, "most": 10}

_MODEL_ITEMS = tuple(
    Column(name, zh, en, **_SCORE)  # type: ignore[arg-type]
    for name, zh, en in (
        ("image_overall", "总体形象", "Overall image"),
        ("image_features", "特征显著度", "Distinct features"),
        ("expected_quality", "总体质量预期", "Expected quality"),
        ("expected_fit", "顾客化质量预期", "Expected fit to one's needs"),
        ("expected_reliability", "可靠性预期", "Expected reliability"),
        ("perceived_quality", "总体质量感知", "Perceived quality"),
        ("perceived_fit", "顾客化质量感知", "Perceived fit to one's needs"),
        ("perceived_reliability", "可靠性感知", "Perceived reliability"),
        ("perceived_service", "服务质量感知", "Perceived service"),
        ("value_for_price", "给定价格下的质量", "Quality at the price"),
        ("value_for_quality", "给定质量下的价格", "Price for the quality"),
        ("complaint_handling", "抱怨处理", "Handling of complaints"),
        ("loyalty_again", "再次选择", "Choosing again"),
        ("loyalty_recommend", "向他人推荐", "Recommending to others"),
    )
)
"""Items of a path model of satisfaction; a survey that asks the overall question alone has none."""

SATISFACTION_ANSWER = Kind(
    "satisfaction_answer",
    "满意度答卷",
    "Satisfaction answer",
    (
        *identity("答卷编号", "Answer number", "调查日期", "Interviewed on"),
        *subject("受评单位", "Rated organisation", required=False),
        Column(
            "domain",
            "调查领域",
            "Domain",
            Type.CODE,
            required=True,
            choices=choices(
                ("producer_service", "生产性服务业", "Producer services"),
                ("consumer_service", "生活性服务业", "Consumer services"),
                ("public_service", "公共服务", "Public services"),
                ("product", "产品", "Products"),
            ),
        ),
        Column("sector", "行业", "Sector", example="物流"),
        Column("overall", "总体满意度", "Overall", required=True, example="8", **_SCORE),  # type: ignore[arg-type]
        Column("expected", "与预期相比", "Against expectation", **_SCORE),  # type: ignore[arg-type]
        Column("ideal", "与理想相比", "Against the ideal", **_SCORE),  # type: ignore[arg-type]
        *_MODEL_ITEMS,
        *DESIGN,
        Column("respondent", "受访者", "Respondent", personal=True, example="王五"),
    ),
    may_report=("unit", "body"),
    source="GB/T 19038-2009、GB/T 19039-2009",
)
