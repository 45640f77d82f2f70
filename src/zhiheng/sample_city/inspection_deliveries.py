"""What inspecting departments hand in: batches and visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import polars as pl

from zhiheng.sample_city.city import City
from zhiheng.sample_city.delivery import OCCURRED, Delivery, early_next_year, of_year, titled
from zhiheng.sample_city.places import LAST_DAY, YEARS

_RISKY = {"region": "region", "occurred_on": "future", "product": "empty", "result": "typo"}


def food(city: City) -> Iterator[Delivery]:
    make = partial(Delivery, party="scjg", kind="product_inspection")
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "food")
    rows = rows.with_columns(laboratory=pl.lit("衡川市食品检验中心"))
    random = rows.filter(pl.col("sampling") == "random")
    folder, planned = "市场监管局", partial(make, mapping="scjg-food")
    first = of_year(random, 2024)
    yield planned(
        f"{folder}/2024年食品安全监督抽检.xlsx",
        delivered_on=date(2025, 1, 20),
        rows=first,
        titles=titled("2024年食品安全监督抽检明细表", "衡川市市场监督管理局", date(2025, 1, 20)),
    )
    second = of_year(random, 2025)
    passed = second.filter(pl.col("result") == "pass").head(15)
    retested = pl.col("number").is_in(passed["number"].implode())
    wrong = second.with_columns(
        pl.when(retested).then(pl.lit("fail")).otherwise("result").alias("result"),
        pl.when(retested).then(pl.lit("标签")).otherwise("failed_items").alias("failed_items"),
    )
    name = f"{folder}/2025年食品抽检数据.csv"
    yield planned(
        name,
        delivered_on=date(2026, 1, 19),
        rows=wrong,
        encoding="gb18030",
        repeats=12,
        note="十二行重复",
    )
    yield planned(
        f"{folder}/2025年食品抽检数据(再报).csv",
        delivered_on=date(2026, 1, 26),
        rows=wrong,
        same_as=name,
        repeats=12,
        note="同一文件又报一次",
    )
    yield planned(
        f"{folder}/2025年食品抽检复检更正.xlsx",
        delivered_on=date(2026, 3, 12),
        rows=passed,
        titles=("2025年食品抽检复检结果更正表",),
        note="复检合格，以同一编号更正",
    )
    yield planned(
        f"{folder}/2026年前三季度食品抽检.csv",
        delivered_on=date(2026, 10, 12),
        rows=of_year(random, 2026),
        titles=titled(
            "2026年1-9月食品安全监督抽检明细表", "衡川市市场监督管理局", date(2026, 10, 12)
        ),
    )
    aimed = rows.filter(pl.col("sampling") == "targeted")
    for year in YEARS:
        yield make(
            f"{folder}/{year}年食品安全风险监测.csv",
            mapping="scjg-food-risk",
            delivered_on=early_next_year(year, 15),
            rows=of_year(aimed, year),
            encoding="gbk",
            mistakes=_RISKY if year == YEARS[0] else {},
            note="风险抽样，不计入合格率" + ("；含四处错误，其余照收" if year == YEARS[0] else ""),
        )


def farm(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "farm")
    for year in YEARS:
        day = early_next_year(year, 22)
        yield Delivery(
            f"农业农村局/农产品质量安全监测{year}.{'xlsx' if year == 2025 else 'csv'}",
            "nyj",
            "product_inspection",
            "nyj-farm",
            day,
            of_year(rows, year),
            titles=titled(f"{year}年农产品质量安全监测汇总", "衡川市农业农村局", day),
        )


def drugs(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "drug")
    for year in YEARS:
        yield Delivery(
            f"药监局/药品抽检{year}.csv",
            "yjj",
            "product_inspection",
            "yjj-drug",
            early_next_year(year, 10),
            of_year(rows, year),
            encoding="utf-8-sig",
            mode="rollback",
        )


def goods(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(
        pl.col("product_class").is_in(["consumer", "industrial"])
    )
    for year, suffix in zip(YEARS, ("csv", "csv", "parquet"), strict=True):
        yield Delivery(
            f"质检院/产品质量监督抽查{year}.{suffix}",
            "zjy",
            "product_inspection",
            "zjy-products",
            early_next_year(year, 18),
            of_year(rows, year),
            encoding="gb18030",
            titles=("产品质量监督抽查结果",) if year == 2025 else (),
        )


def materials(city: City) -> Iterator[Delivery]:
    rows = city.rows["product_inspection"].filter(pl.col("product_class") == "building")
    for year in YEARS:
        day = early_next_year(year, 24)
        yield Delivery(
            f"住建局/建筑材料见证抽检{year}.{'csv' if year == 2025 else 'xlsx'}",
            "zjj",
            "product_inspection",
            "zjj-materials",
            day,
            of_year(rows, year),
            sheet="明细",
            titles=titled(f"{year}年建筑材料见证抽检明细", "衡川市住房和城乡建设局", day),
        )


def visits(city: City) -> Iterator[Delivery]:
    rows = city.rows["establishment_inspection"]
    for year in YEARS:
        for half in (1, 2):
            part = of_year(rows, year).filter((OCCURRED.dt.month() <= 6) == (half == 1))
            running = year == YEARS[-1] and half == 2
            months = "第三季度" if running else ("上半年", "下半年")[half - 1]
            end = LAST_DAY if running else date(year, 6 * half, 30)
            yield Delivery(
                f"市场监管局/{year}年{months}检查台账.{'parquet' if running else 'csv'}",
                "scjg",
                "establishment_inspection",
                "scjg-visits",
                end + timedelta(days=9),
                part,
                encoding="gbk",
            )
