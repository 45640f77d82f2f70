"""The fields that forms about complaints and reports ask for.

What a person writes freely may name people, so free texts are personal throughout: masked,
erasable, never in a letter or in the lake.
"""

from __future__ import annotations

from zhiheng.complaints.refusal import TITLES
from zhiheng.complaints.routing import Trade
from zhiheng.evidence.declaration import Choice, Column, Type


def _choices(*entries: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(*entry) for entry in entries)


def _personal(name: str, zh: str, en: str, *, required: bool = False, example: str = "") -> Column:
    return Column(name, zh, en, required=required, personal=True, example=example)


TEXT = _personal("account", "事实经过", "What happened", required=True)
CLAIM = _personal("claim", "请求事项", "What is asked for")
PERSON = _personal("complainant", "姓名", "Name", example="李四")
PHONE = _personal("phone", "联系电话", "Phone", example="13812345678")
EMAIL = _personal("email", "电子邮箱", "E-mail", example="lisi@example.org")
RESPONDENT = Column("respondent", "被投诉举报方", "Respondent", example="衡川明澈饮品有限公司")
RESPONDENT_CODE = Column(
    "respondent_code", "被投诉举报方统一社会信用代码", "Respondent's credit code"
)
RESPONDENT_ADDRESS = Column("respondent_address", "被投诉举报方地址", "Respondent's address")

BUSINESS_REGION = Column(
    "business_region", "商家经营所在区域", "Where the business is", region=True
)
PLATFORM_REGION = Column(
    "platform_region",
    "平台或网站经营者所在区域",
    "Where the platform's operator is",
    region=True,
)
PUBLISHER_REGION = Column(
    "publisher_region", "广告发布者所在区域", "Where the publisher is", region=True
)
CONDUCT_REGION = Column("conduct_region", "违法行为发生区域", "Where the conduct was", region=True)
UNREACHABLE = Column(
    "unreachable",
    "平台上没有商家有效地址，或联系不上",
    "No valid address, or nobody there",
    Type.BOOLEAN,
)

TRADE = Column(
    "trade",
    "交易方式",
    "How it was bought",
    Type.CODE,
    required=True,
    choices=_choices(
        (Trade.OFFLINE, "实体店", "In a shop"),
        (Trade.MERCHANT_ON_PLATFORM, "网络平台上的商家", "From a merchant on a platform"),
        (Trade.PLATFORM, "网络平台自营", "From a platform itself"),
        (Trade.OWN_SITE, "商家自建网站", "On a merchant's own site"),
        (Trade.ADVERTISEMENT, "广告", "Advertisement"),
    ),
)
TOPIC = Column(
    "topic",
    "类别",
    "Topic",
    Type.CODE,
    required=True,
    choices=_choices(
        ("product", "产品质量", "Product quality"),
        ("service", "服务质量", "Service quality"),
        ("food", "食品安全", "Food safety"),
        ("price", "价格", "Prices"),
        ("advertising", "广告宣传", "Advertising"),
        ("contract", "合同与售后", "Contracts and after-sales"),
        ("other", "其他", "Other"),
    ),
)
CHANNEL = Column(
    "channel",
    "来源渠道",
    "Channel",
    Type.CODE,
    required=True,
    choices=_choices(
        ("web", "网页", "Web page"),
        ("12315", "12315平台", "12315 platform"),
        ("12345", "12345热线", "12345 hotline"),
        ("phone", "来电", "Phone call"),
        ("visit", "来访来信", "Visit or letter"),
    ),
)
AMOUNT = Column("amount", "涉及金额", "Sum in dispute", Type.NUMBER, unit="元", least=0)
KNOWN_ON = Column("known_on", "知道权益受损的日期", "Harm known on", Type.DATE)
PERSONS = Column("persons", "共同投诉人数", "Joint complainants", Type.INTEGER, least=1)
REPRESENTATIVES = Column("representatives", "代表人数", "Representatives", Type.INTEGER, least=0)
ALSO_REPORT = Column("also_report", "同时举报违法行为", "Also reports a violation", Type.BOOLEAN)
REAL_NAME = Column("real_name", "实名举报", "Report under one's own name", Type.BOOLEAN)

REASON = Column("reason", "理由", "Reason", required=True)
AUTHORITY = Column("authority", "移送机关", "Authority it goes to", required=True)
GROUND = Column(
    "ground",
    "不予受理的情形",
    "Ground of refusal",
    Type.CODE,
    required=True,
    choices=_choices(*((ground, *titles) for ground, titles in TITLES.items())),
)
MEETING_ON = Column("meeting_on", "调解日期", "Mediation on", Type.DATE, required=True)
MEETING_PLACE = Column("meeting_place", "调解地点", "Place", required=True)
TESTING_BODY = Column("testing_body", "检验鉴定机构", "Testing body", required=True)
TESTED = Column(
    "tested",
    "委托事项",
    "Asked of it",
    Type.CODE,
    required=True,
    choices=_choices(
        ("testing", "仲裁检验", "Arbitration testing"),
        ("appraisal", "质量鉴定", "Quality appraisal"),
    ),
)
TEST_RESULT = Column("test_result", "检验鉴定结论", "Result", required=True)
DELEGATE = Column("delegate", "受委托的组织", "Delegated to", required=True)
TERMS = _personal("terms", "协议内容", "Terms agreed", required=True)
RECOVERED = Column(
    "recovered", "挽回损失", "Loss recovered", Type.NUMBER, unit="元", least=0, required=True
)
FIRM = Column(
    "firm", "主体编号", "Number of the organisation", Type.INTEGER, required=True, least=1
)
SUPPLEMENT = _personal("supplement", "补充材料", "Added material", required=True)
RATING = Column("rating", "满意度", "Satisfaction", Type.INTEGER, least=1, most=5, required=True)
REACHED = Column("reached", "已联系到本人", "Was reached", Type.BOOLEAN, required=True)
RATING_TOLD = Column("rating", "满意度", "Satisfaction", Type.INTEGER, least=1, most=5)
EARLIER = Column("earlier", "此前案件的编号", "Number of the case before", required=True)
COMMENT = _personal("comment", "意见", "Comment")
LEAD = _personal("lead", "违法线索", "Lead on a violation", required=True)
LEAD_CARRIED = _personal("lead", "调解中发现的线索", "Lead found in mediation")
FINDINGS = _personal("findings", "核查情况", "What was found", required=True)
