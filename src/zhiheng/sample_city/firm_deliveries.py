"""What is handed in about firms, and what offices report about themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import polars as pl

from zhiheng.sample_city.city import City
from zhiheng.sample_city.delivery import OCCURRED, Delivery, early_next_year, of_year, titled
from zhiheng.sample_city.parties import FILERS
from zhiheng.sample_city.places import CITY, MERGED, PLACES, SILENT, YEARS


def register(city: City) -> Iterator[Delivery]:
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
            note="全量名录" if at == 0 else "新设和注销，注销的以同一注册号更正",
        )
        since = until


def penalties(city: City) -> Iterator[Delivery]:
    rows = city.rows["penalty"]
    for year in YEARS:
        old = year == YEARS[0]
        yield Delivery(
            f"市场监管局/行政处罚{year}.{'xlsx' if old else 'csv'}",
            "scjg",
            "penalty",
            "scjg-penalty-wan" if old else "scjg-penalty",
            early_next_year(year, 14),
            of_year(rows, year),
            encoding="gb18030",
            mistakes={"amount": "negative"} if old else {},
            titles=titled(f"{year}年行政处罚案件统计表(万元)", "政策法规科", date(2025, 1, 14))
            if old
            else (),
        )


def certificates(city: City) -> Iterator[Delivery]:
    """The second file has every certificate once more; only the new ones are news."""
    rows = city.rows["certificate"]
    for until in (date(2025, 1, 6), date(2026, 10, 6)):
        yield Delivery(
            f"认证中心/认证证书{until:%Y%m}.json",
            "rzx",
            "certificate",
            "rzx-certificates",
            until,
            rows.filter(until >= OCCURRED),
            mode="rollback",
        )


def quality_costs(city: City) -> Iterator[Delivery]:
    for year in YEARS:
        yield Delivery(
            f"统计局/质量成本季报{year}.{'xlsx' if year == 2026 else 'csv'}",
            "tjj",
            "quality_cost",
            "tjj-quality-cost",
            early_next_year(year, 26),
            of_year(city.rows["quality_cost"], year),
            titles=("质量成本季报", "金额单位：千元"),
        )


def city_figures(city: City) -> Iterator[Delivery]:
    rows = city.rows["reported_figure"].filter(pl.col("region") == CITY)
    share = pl.col("unit") == "%"
    make = partial(Delivery, party="zlb", kind="reported_figure", mode="rollback")
    for year in YEARS:
        part, day = of_year(rows, year), early_next_year(year, 28)
        yield make(
            f"质量办/{year}年指标报送.xlsx",
            mapping="zlb-counts",
            delivered_on=day,
            rows=part.filter(~share),
            titles=titled(f"{year}年质量指标完成情况", "质量办", day),
        )
        decimal = year == YEARS[0]
        yield make(
            f"质量办/{year}年比率指标.csv",
            mapping="zlb-share" if decimal else "zlb-percent",
            delivered_on=day,
            rows=part.filter(share),
            encoding="gbk",
            note="按小数填" if decimal else "按百分数填",
        )


def district_figures(city: City) -> Iterator[Delivery]:
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
            Delivery,
            party=f"qu-{place.key}",
            kind="reported_figure",
            mapping="district-figures",
            mode="rollback",
            encoding="gbk",
        )
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
