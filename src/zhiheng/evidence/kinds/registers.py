"""Kinds that firms and departments report: registers, certificates, costs, figures."""

from __future__ import annotations

from zhiheng.evidence.declaration import Column, Kind, Order, Role, Type
from zhiheng.evidence.kinds.shared import DESIGN, choices, identity, subject

CERTIFICATE = Kind(
    "certificate",
    "认证证书",
    "Certificate",
    (
        *identity("证书编号", "Certificate number", "发证日期", "Issued on"),
        *subject("获证组织", "Certified organisation"),
        Column(
            "scheme",
            "认证类别",
            "Scheme",
            Type.CODE,
            required=True,
            choices=choices(
                ("quality", "质量管理体系", "Quality management"),
                ("environment", "环境管理体系", "Environmental management"),
                ("safety", "职业健康安全", "Occupational safety"),
                ("compulsory", "强制性产品认证", "Compulsory product certification"),
                ("organic", "有机产品", "Organic"),
                ("service", "服务认证", "Service certification"),
            ),
        ),
        Column("valid_until", "有效期至", "Valid until", Type.DATE, required=True),
        Column(
            "state",
            "证书状态",
            "Certificate state",
            Type.CODE,
            required=True,
            choices=choices(
                ("valid", "有效", "Valid"),
                ("suspended", "暂停", "Suspended"),
                ("withdrawn", "撤销", "Withdrawn"),
                ("cancelled", "注销", "Cancelled"),
            ),
        ),
        Column("certifier", "认证机构", "Certifier"),
    ),
    may_report=("unit", "body"),
    orders=(Order("occurred_on", "valid_until"),),
    source="认证认可条例",
)

QUALITY_COST = Kind(
    "quality_cost",
    "质量成本",
    "Quality cost",
    (
        *identity("报表编号", "Return number", "报告期末", "Period end"),
        *subject("填报企业", "Reporting firm"),
        Column(
            "internal_loss",
            "内部损失成本",
            "Internal failure cost",
            Type.NUMBER,
            required=True,
            unit="万元",
            least=0,
            example="120",
        ),
        Column(
            "external_loss",
            "外部损失成本",
            "External failure cost",
            Type.NUMBER,
            required=True,
            unit="万元",
            least=0,
            example="80",
        ),
        Column(
            "output",
            "工业总产值",
            "Gross industrial output",
            Type.NUMBER,
            required=True,
            unit="万元",
            least=0,
            example="10000",
        ),
        *DESIGN,
    ),
    may_report=("unit", "organisation"),
    source="GB/T 13339-91",
)

REPORTED_FIGURE = Kind(
    "reported_figure",
    "部门报送数",
    "Reported figure",
    (
        *identity("报送编号", "Report number", "统计截止日", "As at"),
        Column("indicator", "指标代码", "Indicator", required=True, example="reported_standards"),
        Column(
            "value",
            "数值",
            "Value",
            Type.NUMBER,
            required=True,
            example="12",
            note="单位为 % 的填比例（0.95），或带百分号（95%）",
            share_where="unit",
        ),
        Column("unit", "计量单位", "Unit", example="项"),
        Column("office_name", "报送单位", "Reporting office", example="衡川市质量办"),
    ),
    source="质量工作考核（国办发〔2013〕47号）",
)

ORGANISATION_REGISTER = Kind(
    "organisation_register",
    "登记名录",
    "Organisation register",
    (
        *identity("登记编号", "Registration number", "登记日期", "Registered on"),
        *subject("登记主体", "Registered organisation"),
        Column(
            "category",
            "主体类型",
            "Category",
            Type.CODE,
            required=True,
            choices=choices(
                ("enterprise", "企业", "Enterprise"),
                ("sole_trader", "个体工商户", "Sole trader"),
                ("cooperative", "农民专业合作社", "Cooperative"),
                ("institution", "事业单位", "Public institution"),
                ("other", "其他", "Other"),
            ),
        ),
        Column("industry", "行业门类", "Industry", example="C"),
        Column("above_scale", "规模以上", "Above designated size", Type.BOOLEAN),
        Column("address", "住所", "Address", role=Role.SUBJECT_ADDRESS),
        Column("ended_on", "注销日期", "Ended on", Type.DATE),
        Column("representative", "法定代表人", "Legal representative", personal=True),
        Column("contact_email", "联系邮箱", "Contact e-mail", personal=True),
    ),
    orders=(Order("occurred_on", "ended_on"),),
    source="市场主体登记管理条例",
)
