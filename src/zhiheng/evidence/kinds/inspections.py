"""Kinds that come out of inspections: product batches, establishments, works, penalties."""

from __future__ import annotations

from zhiheng.evidence.declaration import Column, Kind, Order, Type
from zhiheng.evidence.kinds.shared import DESIGN, choices, identity, subject

PRODUCT_INSPECTION = Kind(
    "product_inspection",
    "监督抽查批次",
    "Product inspection",
    (
        *identity("抽样单号", "Sample number", "抽样日期", "Sampled on"),
        *subject("受检企业", "Inspected firm"),
        Column("product", "产品名称", "Product", required=True, example="酱油"),
        Column(
            "product_class",
            "产品类别",
            "Product class",
            Type.CODE,
            required=True,
            choices=choices(
                ("food", "食品", "Food"),
                ("farm", "食用农产品", "Farm product"),
                ("drug", "药品", "Medicine"),
                ("consumer", "消费品", "Consumer product"),
                ("industrial", "工业生产资料", "Industrial product"),
                ("building", "建筑材料", "Building material"),
            ),
        ),
        Column("model", "规格型号", "Model", example="500ml"),
        Column("lot", "生产批号", "Lot", example="20260301"),
        Column(
            "authority_level",
            "抽查层级",
            "Inspecting level",
            Type.CODE,
            choices=choices(
                ("national", "国家级", "National"),
                ("provincial", "省级", "Provincial"),
                ("city", "市级", "City"),
                ("county", "县级", "County"),
            ),
        ),
        Column(
            "sampling",
            "抽样方式",
            "Sampling",
            Type.CODE,
            required=True,
            choices=choices(
                ("random", "随机抽样", "Random"), ("targeted", "风险抽样", "Risk-targeted")
            ),
            note="随机抽样计入合格率，风险抽样只计入不合格发现率，二者不得混用",
        ),
        Column(
            "stage",
            "抽样环节",
            "Stage",
            Type.CODE,
            choices=choices(
                ("production", "生产", "Production"),
                ("distribution", "流通", "Distribution"),
                ("catering", "餐饮", "Catering"),
            ),
        ),
        Column(
            "result",
            "检验结论",
            "Result",
            Type.CODE,
            required=True,
            choices=choices(
                ("pass", "合格", "Pass"),
                ("fail", "不合格", "Fail"),
                ("undecided", "未判定", "Undecided"),
            ),
        ),
        Column("failed_items", "不合格项目", "Failed items", example="菌落总数"),
        *DESIGN,
        Column("laboratory", "检验机构", "Laboratory", example="衡川市质量检验所"),
    ),
    may_report=("unit", "body"),
    source="产品质量监督抽查管理暂行办法（2020）",
)

ESTABLISHMENT_INSPECTION = Kind(
    "establishment_inspection",
    "日常检查",
    "Establishment inspection",
    (
        *identity("检查编号", "Inspection number", "检查日期", "Inspected on"),
        *subject("被检查单位", "Inspected establishment"),
        Column("premises", "场所类别", "Premises", example="餐饮服务"),
        Column(
            "risk",
            "风险等级",
            "Risk",
            Type.CODE,
            choices=choices(
                ("high", "高", "High"), ("medium", "中", "Medium"), ("low", "低", "Low")
            ),
        ),
        Column(
            "occasion",
            "检查方式",
            "Occasion",
            Type.CODE,
            choices=choices(
                ("random", "双随机抽查", "Random inspection"),
                ("routine", "例行检查", "Routine"),
                ("special", "专项检查", "Special"),
                ("complaint", "投诉举报核查", "Complaint"),
            ),
        ),
        Column(
            "result",
            "检查结果",
            "Outcome",
            Type.CODE,
            required=True,
            choices=choices(
                ("pass", "符合", "Pass"),
                ("conditional", "责令改正", "Pass with conditions"),
                ("fail", "不符合", "Fail"),
                ("exempt", "免于评定", "Exempt"),
                ("awaiting", "待评定", "Awaiting"),
            ),
        ),
        Column("score", "评分", "Score", Type.NUMBER, example="92"),
        Column("critical", "严重问题数", "Critical findings", Type.INTEGER, least=0, example="0"),
        Column("serious", "较重问题数", "Serious findings", Type.INTEGER, least=0, example="1"),
        Column("minor", "一般问题数", "Minor findings", Type.INTEGER, least=0, example="2"),
        *DESIGN,
        Column("inspector", "检查人员", "Inspector", personal=True, example="张三丰"),
    ),
    source="市场监管双随机抽查制度（国发〔2019〕5号）",
)

PROJECT_ACCEPTANCE = Kind(
    "project_acceptance",
    "工程竣工验收",
    "Project acceptance",
    (
        *identity("工程编号", "Project number", "验收日期", "Accepted on"),
        *subject("施工单位", "Contractor"),
        Column("project", "工程名称", "Project", required=True, example="滨河小学教学楼"),
        Column(
            "works",
            "工程类别",
            "Works",
            Type.CODE,
            required=True,
            choices=choices(
                ("building", "房屋建筑", "Building"),
                ("municipal", "市政公用", "Municipal"),
                ("road", "公路", "Road"),
                ("water", "水利", "Water"),
            ),
        ),
        Column(
            "size",
            "工程规模",
            "Size",
            Type.CODE,
            required=True,
            choices=choices(
                ("large", "大型", "Large"), ("medium", "中型", "Medium"), ("small", "小型", "Small")
            ),
        ),
        Column(
            "first_time", "一次验收合格", "Passed at first acceptance", Type.BOOLEAN, required=True
        ),
        Column(
            "grade",
            "质量等级",
            "Grade",
            Type.CODE,
            choices=choices(
                ("excellent", "优良", "Excellent"),
                ("pass", "合格", "Pass"),
                ("fail", "不合格", "Fail"),
            ),
        ),
        Column("area", "建筑面积", "Floor area", Type.NUMBER, unit="m²", least=0, example="12000"),
    ),
    source="建设工程质量管理条例",
)

PENALTY = Kind(
    "penalty",
    "行政处罚",
    "Penalty",
    (
        *identity("决定书文号", "Decision number", "决定日期", "Decided on"),
        *subject("当事人", "Party penalised"),
        Column(
            "violation",
            "违法类别",
            "Violation",
            Type.CODE,
            required=True,
            choices=choices(
                ("product", "产品质量", "Product quality"),
                ("food", "食品安全", "Food safety"),
                ("measurement", "计量", "Measurement"),
                ("certification", "认证认可", "Certification"),
                ("equipment", "特种设备", "Special equipment"),
                ("engineering", "工程质量", "Construction quality"),
                ("other", "其他", "Other"),
            ),
        ),
        Column(
            "sanction",
            "处罚种类",
            "Sanction",
            Type.CODE,
            required=True,
            choices=choices(
                ("warning", "警告", "Warning"),
                ("fine", "罚款", "Fine"),
                ("confiscation", "没收", "Confiscation"),
                ("suspension", "责令停产停业", "Suspension"),
                ("revocation", "吊销许可", "Revocation"),
            ),
        ),
        Column("amount", "罚没金额", "Amount", Type.NUMBER, unit="元", least=0, example="5000"),
        Column("public_until", "公示截止日期", "Public until", Type.DATE),
    ),
    orders=(Order("occurred_on", "public_until"),),
    source="市场监督管理行政处罚信息公示规定",
)
