"""Who reports in the sample city, and who works with what is reported."""

from __future__ import annotations

from dataclasses import dataclass

from zhiheng.sample_city.places import CITY, MERGED, PLACES, SILENT, ZONE


@dataclass(frozen=True)
class Filer:
    """A department, district or body that files evidence; None for all regions or kinds."""

    key: str
    kind: str
    name: str
    region: str | None
    kinds: tuple[str, ...] | None


_CITY_WIDE = (
    Filer(
        "scjg",
        "unit",
        "衡川市市场监督管理局",
        CITY,
        ("organisation_register", "product_inspection", "establishment_inspection", "penalty"),
    ),
    Filer("nyj", "unit", "衡川市农业农村局", CITY, ("product_inspection",)),
    Filer("yjj", "unit", "衡川市药品监督管理局", CITY, ("product_inspection",)),
    Filer(
        "zjj", "unit", "衡川市住房和城乡建设局", CITY, ("product_inspection", "project_acceptance")
    ),
    Filer("jtj", "unit", "衡川市交通运输局", CITY, ("project_acceptance",)),
    Filer("swj", "unit", "衡川市水务局", CITY, ("project_acceptance",)),
    Filer("rxb", "unit", "衡川市政务热线服务中心", CITY, ("complaint",)),
    Filer("tjj", "unit", "衡川市统计局", CITY, ("quality_cost",)),
    Filer("zlb", "unit", "衡川市质量发展办公室", None, None),
    Filer("zjy", "body", "衡川市质量检验研究院", CITY, ("product_inspection",)),
    Filer("rzx", "body", "衡川认证信息中心", CITY, ("certificate",)),
    Filer("xwh", "body", "衡川市消费者委员会", CITY, ("satisfaction_answer",)),
)


def _district_filers() -> tuple[Filer, ...]:
    return tuple(
        Filer(f"qu-{p.key}", "unit", f"{p.name}质量工作专班", p.key, ("reported_figure",))
        for p in PLACES
        if p.key not in {MERGED, SILENT}
    )


FILERS = (*_CITY_WIDE, *_district_filers())
"""石棠县 is asked like the others and stays silent: it never signs up."""

ZONE_FILER = f"qu-{ZONE}"


@dataclass(frozen=True)
class Person:
    """Somebody with an account in the demo."""

    username: str
    name: str
    party: str
    roles: tuple[str, ...]


QUALITY_OFFICE = "zlb"
ADMINISTRATOR, ANALYST, EDITOR, APPROVER = "guanliyuan", "fenxi", "bianji", "hezhun"
CLERK, HEAD = "shouli", "fuze"
REPRESENTATIVE = "qiye"
STAFF = (
    Person(ADMINISTRATOR, "系统管理员", QUALITY_OFFICE, ("administrator",)),
    Person("shenji", "审计员", QUALITY_OFFICE, ("auditor",)),
    Person(ANALYST, "质量分析员", QUALITY_OFFICE, ("analyst", "reviewer")),
    Person(EDITOR, "发布申请人", QUALITY_OFFICE, ("editor",)),
    Person(APPROVER, "发布核准人", QUALITY_OFFICE, ("approver",)),
    Person("caijue", "异议处理员", QUALITY_OFFICE, ("adjudicator",)),
    Person(CLERK, "投诉举报受理员", "scjg", ("complaint_clerk", "report_officer")),
    Person(HEAD, "投诉举报负责人", "scjg", ("complaint_head",)),
)
"""The quality office, and who handles complaints; where two must decide, they are two people."""


def _reporter(filer: Filer) -> Person:
    """Who hands in for a party; units also say whom their own files mean."""
    short = filer.name.removeprefix("衡川市").removesuffix("质量工作专班")
    roles = ("technician",) if filer.kind == "body" else ("reporter", "reviewer")
    return Person(f"bs-{filer.key.removeprefix('qu-')}", f"{short}报送员", filer.key, roles)


REPORTERS = {f.key: _reporter(f) for f in FILERS if f.key != QUALITY_OFFICE}
"""Each hands in by an account of its own; the operator brings in the quality office's files."""
