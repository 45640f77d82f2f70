"""What is handed in on services and works: complaints, surveys, acceptances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import polars as pl

from zhiheng.sample_city.city import QUIET_WATERWORKS, City
from zhiheng.sample_city.delivery import OCCURRED, Delivery, early_next_year, of_year
from zhiheng.sample_city.places import LAST_DAY, MERGED, MERGED_ON, YEARS


def complaints(city: City) -> Iterator[Delivery]:
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
            f"热线中心/消费投诉工单(截至{until:%Y%m%d}).csv",
            "rxb",
            "complaint",
            "rxb-complaints",
            until + timedelta(days=6),
            part.with_columns(
                state=pl.when(known).then("end").otherwise(pl.lit("open")),
                closed_on=pl.when(known).then("closed_on"),
                recovered=pl.when(known).then("recovered"),
                # An acceptance after the file's day is not known in it.
                accepted_on=pl.when(pl.col("accepted_on") <= until).then("accepted_on"),
            ),
            encoding="gb18030",
            note="上期在办的工单以同一工单号更新",
        )
        since = until


def satisfaction(city: City) -> Iterator[Delivery]:
    for domain, name in (("producer_service", "生产性"), ("consumer_service", "生活性")):
        rows = city.rows["satisfaction_answer"].filter(pl.col("domain") == domain)
        for year in YEARS:
            suffix = "xlsx" if (domain, year) == ("producer_service", 2024) else "csv"
            yield Delivery(
                f"消委会/{year}年{name}服务业满意度问卷.{suffix}",
                "xwh",
                "satisfaction_answer",
                f"xwh-{domain.split('_')[0]}",
                early_next_year(year, 12),
                of_year(rows, year),
                encoding="gb18030",
                titles=(f"{year}年{name}服务业顾客满意度调查答卷",),
            )


def projects(city: City) -> Iterator[Delivery]:
    """The file of 2026 is refused whole, comes back marked, and is handed in again mended."""
    rows = city.rows["project_acceptance"].filter(pl.col("works").is_in(["building", "municipal"]))
    make = partial(Delivery, party="zjj", kind="project_acceptance", mapping="zjj-projects")
    for year in YEARS[:2]:
        yield make(
            f"住建局/{year}年竣工验收备案.xlsx",
            delivered_on=early_next_year(year, 17),
            rows=of_year(rows, year),
            mode="rollback",
            titles=(f"{year}年房屋市政工程竣工验收备案表",),
        )
    last = partial(
        make, rows=of_year(rows, 2026), mode="rollback", titles=("2026年1-9月竣工验收备案表",)
    )
    yield last(
        "住建局/2026年前三季度竣工验收备案.xlsx",
        delivered_on=date(2026, 10, 13),
        mistakes={"region": "region", "occurred_on": "future", "grade": "typo"},
        note="有错，整份退回并标注问题",
    )
    yield last(
        "住建局/2026年前三季度竣工验收备案(改正).xlsx",
        delivered_on=date(2026, 10, 16),
        note="改正后重报",
    )


def roads(city: City) -> Iterator[Delivery]:
    rows = city.rows["project_acceptance"].filter(pl.col("works") == "road")
    for year, day in zip(
        YEARS, (date(2025, 1, 25), date(2026, 9, 15), date(2026, 10, 20)), strict=True
    ):
        yield Delivery(
            f"交通局/公路工程验收{year}.csv",
            "jtj",
            "project_acceptance",
            "jtj-roads",
            day,
            of_year(rows, year),
            encoding="gbk",
            note="迟报八个月" if year == 2025 else "",
        )


def waterworks(city: City) -> Iterator[Delivery]:
    rows = city.rows["project_acceptance"].filter(pl.col("works") == "water")
    since, until = QUIET_WATERWORKS
    nothing = ("衡川市", since.isoformat(), until.isoformat(), "本季度无水利工程竣工验收")
    for year in YEARS:
        yield Delivery(
            f"水务局/水利工程竣工验收{year}.xlsx",
            "swj",
            "project_acceptance",
            None,
            early_next_year(year, 11),
            of_year(rows, year),
            mode="rollback",
            nothing=(nothing,) if year == since.year else (),
            note="按模板填报" + ("，第三季度声明无可报告" if year == since.year else ""),
        )
