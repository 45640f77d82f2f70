"""Who delivers which rows in which file on which day: the city's year of reporting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

import polars as pl

from zhiheng.sample_city.city import QUIET_WATERWORKS, City
from zhiheng.sample_city.parties import FILERS
from zhiheng.sample_city.places import CITY, LAST_DAY, MERGED, MERGED_ON, PLACES, SILENT, YEARS

OCCURRED = pl.col("occurred_on")
MOST_IN_WORKBOOK = 20_000


@dataclass(frozen=True)
class Delivery:
    """One file as it is handed in.

    Attributes:
        file: path under the folder of files.
        mapping: name of the mapping file; None for the kind's own template.
        mistakes: kind column (``#2`` for a second one) to sort of mistake.
        repeats: rows that appear twice in the file.
        same_as: the file whose bytes are handed in once more.
        nothing: rows of the template's sheet for periods without anything to report.
    """

    file: str
    party: str
    kind: str
    mapping: str | None
    delivered_on: date
    rows: pl.DataFrame
    note: str = ""
    mode: str = "proceed"
    encoding: str = "utf-8"
    titles: tuple[str, ...] = ()
    sheet: str = "Sheet1"
    mistakes: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    same_as: str | None = None
    nothing: tuple[tuple[str, ...], ...] = ()


def deliveries(city: City) -> list[Delivery]:
    """All deliveries in the order of their days."""
    sources = (
        _register, _food, _farm, _drugs, _goods, _materials, _visits, _complaints, _satisfaction,
        _projects, _roads, _waterworks, _penalties, _certificates, _quality_costs, _city_figures,
        _district_figures,
    )  # fmt: skip
    found = [delivery for source in sources for delivery in source(city)]
    filled = [_as_text_if_long(d) for d in found if d.rows.height]
    return sorted(filled, key=lambda d: d.delivered_on)


def _as_text_if_long(delivery: Delivery) -> Delivery:
    """Nobody keeps a table of tens of thousands of rows in a workbook."""
    if delivery.rows.height <= MOST_IN_WORKBOOK:
        return delivery
    return replace(delivery, file=delivery.file.replace(".xlsx", ".csv"))


def _year(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    return rows.filter(OCCURRED.dt.year() == year)


def _titled(name: str, unit: str, day: date) -> tuple[str, ...]:
    return (name, f"填报单位:{unit}", f"填报日期:{day.year}年{day.month}月{day.day}日")


def _early_next_year(year: int, day: int) -> date:
    """Yearly files come in the following January; of the running year, in October."""
    return date(year + 1, 1, day) if year < YEARS[-1] else date(year, 10, min(day, 28))


def _register(city: City) -> Iterator[Delivery]:
    """A first register, then each year the new organisations and those that ended."""
    make = partial(Delivery, party="scjg", kind="organisation_register", mapping="scjg-register")
    rows, since = city.rows["organisation_register"], date(2000, 1, 1)
    for at, until in enumerate(
        (date(2024, 1, 8), date(2025, 1, 8), date(2026, 1, 8), date(2026, 10, 8))
    ):
        known = rows.filter(until >= OCCURRED).with_columns(
            pl.when(pl.col("ended_on") <= until).then("ended_on").alias("ended_on")
        )
        news = known.filter((since < OCCURRED) | (pl.col("ended_on") > since))
        yield make(
            f"市场监管局/市场主体登记名录{until:%Y年%m月}.csv",
            delivered_on=until + timedelta(days=2),
            rows=news,
            encoding="gb18030",
            note="全量名录" if at == 0 else "新设和注销,注销的以同一注册号更正",
        )
        since = until


def _food(city: City) -> Iterator[Delivery]:
    make = partial(Delivery, party="scjg", kind="product_inspection")
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "food")
    rows = rows.with_columns(laboratory=pl.lit("衡川市食品检验中心"))
    random = rows.filter(pl.col("sampling") == "random")
    folder, planned = "市场监管局", partial(make, mapping="scjg-food")
    first = _year(random, 2024)
    yield planned(
        f"{folder}/2024年食品安全监督抽检.xlsx",
        delivered_on=date(2025, 1, 20),
        rows=first,
        titles=_titled("2024年食品安全监督抽检明细表", "衡川市市场监督管理局", date(2025, 1, 20)),
        mistakes={
            "region": "region",
            "occurred_on": "future",
            "result": "typo",
            "result#2": "typo",
        },
        note="含四处错误,其余照收",
    )
    second = _year(random, 2025)
    passed = second.filter(pl.col("result") == "pass").head(15)
    retested = pl.col("number").is_in(passed["number"].implode())
    wrong = second.with_columns(
        pl.when(retested).then(pl.lit("fail")).otherwise("result").alias("result"),
        pl.when(retested).then(pl.lit("标签")).otherwise("failed_items").alias("failed_items"),
    )
    name = f"{folder}/2025年食品抽检数据.csv"
    yield planned(
        name, delivered_on=date(2026, 1, 19), rows=wrong, encoding="gb18030", repeats=12,
        note="十二行重复",
    )  # fmt: skip
    yield planned(
        f"{folder}/2025年食品抽检数据(再报).csv", delivered_on=date(2026, 1, 26), rows=wrong,
        same_as=name, repeats=12, note="同一文件又报一次",
    )  # fmt: skip
    yield planned(
        f"{folder}/2025年食品抽检复检更正.xlsx",
        delivered_on=date(2026, 3, 12),
        rows=passed,
        titles=("2025年食品抽检复检结果更正表",),
        note="复检合格,以同一编号更正",
    )
    yield planned(
        f"{folder}/2026年前三季度食品抽检.xlsx",
        delivered_on=date(2026, 10, 12),
        rows=_year(random, 2026),
        titles=_titled(
            "2026年1-9月食品安全监督抽检明细表", "衡川市市场监督管理局", date(2026, 10, 12)
        ),
    )
    aimed = rows.filter(pl.col("sampling") == "targeted")
    for year in YEARS:
        yield make(
            f"{folder}/{year}年食品安全风险监测.csv",
            mapping="scjg-food-risk",
            delivered_on=_early_next_year(year, 15),
            rows=_year(aimed, year),
            encoding="gbk",
            note="风险抽样,不计入合格率",
        )


def _farm(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "farm")
    for year in YEARS:
        day = _early_next_year(year, 22)
        yield Delivery(
            f"农业农村局/农产品质量安全监测{year}.{'xlsx' if year == 2025 else 'csv'}", "nyj", "product_inspection", "nyj-farm",
            day, _year(rows, year), titles=_titled(f"{year}年农产品质量安全监测汇总", "衡川市农业农村局", day),
            mistakes={"product": "empty"} if year == 2025 else {},
        )  # fmt: skip


def _drugs(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "drug")
    for year in YEARS:
        yield Delivery(
            f"药监局/药品抽检{year}.csv", "yjj", "product_inspection", "yjj-drug",
            _early_next_year(year, 10), _year(rows, year), encoding="utf-8-sig", mode="rollback",
        )  # fmt: skip


def _goods(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(
        pl.col("product_class").is_in(["consumer", "industrial"])
    )
    for year, suffix in zip(YEARS, ("csv", "xlsx", "parquet"), strict=True):
        yield Delivery(
            f"质检院/产品质量监督抽查{year}.{suffix}", "zjy", "product_inspection", "zjy-products",
            _early_next_year(year, 18), _year(rows, year), encoding="gb18030",
            titles=("产品质量监督抽查结果",) if suffix == "xlsx" else (),
            mistakes={"weight": "negative"} if year == 2025 else {},
        )  # fmt: skip


def _materials(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "building")
    for year in YEARS:
        day = _early_next_year(year, 24)
        yield Delivery(
            f"住建局/建筑材料见证抽检{year}.{'csv' if year == 2025 else 'xlsx'}", "zjj", "product_inspection", "zjj-materials",
            day, _year(rows, year), sheet="明细",
            titles=_titled(f"{year}年建筑材料见证抽检明细", "衡川市住房和城乡建设局", day),
        )  # fmt: skip


def _visits(city: City) -> Iterator[Delivery]:
    rows = city.rows["establishment_inspection"]
    for year in YEARS:
        for half in (1, 2):
            part = _year(rows, year).filter((OCCURRED.dt.month() <= 6) == (half == 1))
            running = year == YEARS[-1] and half == 2
            months = "第三季度" if running else ("上半年", "下半年")[half - 1]
            end = LAST_DAY if running else date(year, 6 * half, 30)
            yield Delivery(
                f"市场监管局/{year}年{months}检查台账.{'parquet' if running else 'csv'}",
                "scjg", "establishment_inspection", "scjg-visits", end + timedelta(days=9), part,
                encoding="gbk", mistakes={"result": "typo"} if (year, half) == (2024, 2) else {},
            )  # fmt: skip


def _complaints(city: City) -> Iterator[Delivery]:
    """Each file has the new cases and, once more, those that were open in the file before."""
    rows = city.rows["complaint"]
    # The hotline wrote the merged district's name until the end of 2025.
    old = city.population.filter(pl.col("region") == MERGED)["org"].implode()
    slow = pl.col("org").is_in(old) & OCCURRED.is_between(MERGED_ON, date(2025, 12, 31))
    rows = rows.with_columns(pl.when(slow).then(pl.lit(MERGED)).otherwise("region").alias("region"))
    since = date(2023, 12, 31)
    ends = [date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31)]
    for until in [*ends, date(2026, 6, 30), LAST_DAY]:
        open_before = pl.col("closed_on") > since
        part = rows.filter((until >= OCCURRED) & ((since < OCCURRED) | open_before))
        known = pl.col("closed_on") <= until
        yield Delivery(
            f"热线中心/消费投诉工单(截至{until:%Y%m%d}).csv", "rxb", "complaint", "rxb-complaints",
            until + timedelta(days=6),
            part.with_columns(
                state=pl.when(known).then("end").otherwise(pl.lit("open")),
                closed_on=pl.when(known).then("closed_on"),
                recovered=pl.when(known).then("recovered"),
                # An acceptance after the file's day is not known in it.
                accepted_on=pl.when(pl.col("accepted_on") <= until).then("accepted_on"),
            ),
            encoding="gb18030", note="上期在办的工单以同一工单号更新",
        )  # fmt: skip
        since = until


def _satisfaction(city: City) -> Iterator[Delivery]:
    for domain, name, suffix in (
        ("producer_service", "生产性", "xlsx"),
        ("consumer_service", "生活性", "csv"),
    ):
        rows = city.rows["satisfaction_answer"].filter(pl.col("domain") == domain)
        for year in YEARS:
            yield Delivery(
                f"消委会/{year}年{name}服务业满意度问卷.{suffix}", "xwh", "satisfaction_answer",
                f"xwh-{domain.split('_')[0]}", _early_next_year(year, 12), _year(rows, year),
                encoding="gb18030", titles=(f"{year}年{name}服务业顾客满意度调查答卷",),
            )  # fmt: skip


def _projects(city: City) -> Iterator[Delivery]:
    """The file of 2026 is refused whole, comes back marked, and is handed in again mended."""
    rows = city.rows["project_acceptance"].filter(pl.col("works").is_in(["building", "municipal"]))
    make = partial(Delivery, party="zjj", kind="project_acceptance", mapping="zjj-projects")
    for year in YEARS[:2]:
        yield make(
            f"住建局/{year}年竣工验收备案.xlsx", delivered_on=_early_next_year(year, 17),
            rows=_year(rows, year), mode="rollback", titles=(f"{year}年房屋市政工程竣工验收备案表",),
        )  # fmt: skip
    last = partial(
        make, rows=_year(rows, 2026), mode="rollback", titles=("2026年1-9月竣工验收备案表",)
    )
    yield last(
        "住建局/2026年前三季度竣工验收备案.xlsx",
        delivered_on=date(2026, 10, 13),
        mistakes={"region": "region", "occurred_on": "future", "works": "typo"},
        note="有错,整份退回并标注问题",
    )
    yield last(
        "住建局/2026年前三季度竣工验收备案(改正).xlsx",
        delivered_on=date(2026, 10, 16),
        note="改正后重报",
    )


def _roads(city: City) -> Iterator[Delivery]:
    rows = city.rows["project_acceptance"].filter(pl.col("works") == "road")
    for year, day in zip(
        YEARS, (date(2025, 1, 25), date(2026, 9, 15), date(2026, 10, 20)), strict=True
    ):
        yield Delivery(
            f"交通局/公路工程验收{year}.csv", "jtj", "project_acceptance", "jtj-roads", day,
            _year(rows, year), encoding="gbk", note="迟报八个月" if year == 2025 else "",
        )  # fmt: skip


def _waterworks(city: City) -> Iterator[Delivery]:
    rows = city.rows["project_acceptance"].filter(pl.col("works") == "water")
    since, until = QUIET_WATERWORKS
    nothing = ("衡川市", since.isoformat(), until.isoformat(), "本季度无水利工程竣工验收")
    for year in YEARS:
        yield Delivery(
            f"水务局/水利工程竣工验收{year}.xlsx", "swj", "project_acceptance", None,
            _early_next_year(year, 11), _year(rows, year), mode="rollback",
            nothing=(nothing,) if year == since.year else (),
            note="按模板填报" + (",第三季度声明无可报告" if year == since.year else ""),
        )  # fmt: skip


def _penalties(city: City) -> Iterator[Delivery]:
    rows = city.rows["penalty"]
    for year in YEARS:
        old = year == YEARS[0]
        yield Delivery(
            f"市场监管局/行政处罚{year}.{'xlsx' if old else 'csv'}", "scjg", "penalty",
            "scjg-penalty-wan" if old else "scjg-penalty", _early_next_year(year, 14),
            _year(rows, year), encoding="gb18030",
            titles=_titled(f"{year}年行政处罚案件统计表(万元)", "政策法规科", date(2025, 1, 14)) if old else (),
        )  # fmt: skip


def _certificates(city: City) -> Iterator[Delivery]:
    """The second file has every certificate once more; only the new ones are news."""
    rows = city.rows["certificate"]
    for until in (date(2025, 1, 6), date(2026, 10, 6)):
        yield Delivery(
            f"认证中心/认证证书{until:%Y%m}.json", "rzx", "certificate", "rzx-certificates",
            until, rows.filter(until >= OCCURRED), mode="rollback",
        )  # fmt: skip


def _quality_costs(city: City) -> Iterator[Delivery]:
    for year in YEARS:
        yield Delivery(
            f"统计局/质量成本季报{year}.{'xlsx' if year == 2026 else 'csv'}", "tjj", "quality_cost", "tjj-quality-cost",
            _early_next_year(year, 26), _year(city.rows["quality_cost"], year),
            titles=("质量成本季报", "金额单位:千元"),
        )  # fmt: skip


def _city_figures(city: City) -> Iterator[Delivery]:
    rows = city.rows["reported_figure"].filter(pl.col("region") == CITY)
    share = pl.col("unit") == "%"
    make = partial(Delivery, party="zlb", kind="reported_figure", mode="rollback")
    for year in YEARS:
        part, day = _year(rows, year), _early_next_year(year, 28)
        yield make(
            f"质量办/{year}年指标报送.xlsx", mapping="zlb-counts", delivered_on=day,
            rows=part.filter(~share), titles=_titled(f"{year}年质量指标完成情况", "质量办", day),
        )  # fmt: skip
        decimal = year == YEARS[0]
        yield make(
            f"质量办/{year}年比率指标.csv", mapping="zlb-share" if decimal else "zlb-percent",
            delivered_on=day, rows=part.filter(share), encoding="gbk",
            note="按小数填" if decimal else "按百分数填",
        )  # fmt: skip


def _district_figures(city: City) -> Iterator[Delivery]:
    """石棠县 hands in nothing; 柏堰区 hands in twice, the second time with other values."""
    rows = city.rows["reported_figure"]
    names = {filer.region: filer.name for filer in FILERS}
    for place in PLACES:
        if place.key in {MERGED, SILENT}:
            continue
        region = pl.col("region").is_in(
            [place.key, MERGED] if place.key == "990106" else [place.key]
        )
        part = rows.filter(region).with_columns(office_name=pl.lit(names[place.key]))
        make = partial(
            Delivery, party=f"qu-{place.key}", kind="reported_figure", mapping="district-figures",
            mode="rollback", encoding="gbk",
        )  # fmt: skip
        file = f"区县/{place.name}指标完成情况"
        if place.key == "990103":
            wrong = part.with_columns(
                value=pl.when(OCCURRED.dt.year() == 2025)
                .then(pl.col("value") + 2)
                .otherwise("value")
            )
            yield make(f"{file}.csv", delivered_on=date(2026, 10, 9), rows=wrong)
            yield make(
                f"{file}(第二次).csv", delivered_on=date(2026, 10, 19), rows=part, note="报了两次"
            )
        else:
            yield make(f"{file}.csv", delivered_on=date(2026, 10, 9), rows=part)
