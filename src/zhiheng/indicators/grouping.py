"""The grouped queries: from what rows contribute to the sums of every cell.

Texts of SQL that DuckDB and Spark both read, on tables that the engine knows by name. Texts of
the evidence (strata, values of breakdowns) and regions go by numbers, which group faster.

Every way of drawing leads to the same small table, `INSIDE`: sums by period, region, value of the
breakdown and stratum. What a place of any level holds are sums of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.periods import PeriodType
from zhiheng.indicators.rows import COUNTED, DAYS

SAID, TEXTS = "cells_said", "cells_texts"
ROWS, FINE, INSIDE = "cells_rows", "cells_fine", "cells_inside"
WORDS, REGIONS, MEMBERS = "cells_words", "cells_regions", "cells_members"
CALENDAR, EPOCHS = "cells_calendar", "cells_epochs"

CONSTANT = "CAST(0 AS INT)"
"""Where nothing tells rows apart."""

SQUARES = ("aa", "ab", "bb")
DOUBTFUL = ("unresolved", "unmatched")
"""Rows of a register, and of the one they are looked for in, that nobody has identified yet."""


@dataclass(frozen=True)
class Shape:
    """What tells the queries of one indicator from those of another.

    Attributes:
        breakdowns: columns of the kind; ``b0``, ``b1``, … in the engine's tables.
        strata, weighted, population: what the design names.
        counted: a place whose rows contribute nothing is a zero, not an empty cell; rows outside
            the sample are then kept too.
        clustered: squares are of clusters and not of rows.
        matched: rows are looked for in another register; those that cannot be are counted apart.
    """

    breakdowns: tuple[str, ...]
    strata: bool
    weighted: bool
    population: bool
    counted: bool
    clustered: bool
    matched: bool

    @staticmethod
    def of(indicator: Indicator, breakdowns: tuple[str, ...]) -> Shape:
        """Of an indicator of which only these breakdowns are asked for."""
        design = indicator.design
        return Shape(
            breakdowns,
            design.strata is not None,
            design.weight is not None,
            design.population is not None,
            indicator.estimator in COUNTED,
            design.cluster is not None,
            indicator.holds is not None,
        )

    @property
    def sums(self) -> tuple[str, ...]:
        """Columns that are added up."""
        return ("a", "b", *self.counts, *(DOUBTFUL if self.matched else ()))

    @property
    def counts(self) -> tuple[str, ...]:
        """Those of them that count rows. Where every row is of the sample, nobody counts those."""
        return (
            "n",
            *(("unweighted",) if self.weighted else ()),
            *(("sampled",) if self.counted else ()),
        )

    @property
    def of_rows(self) -> dict[str, str]:
        """How `sums` are made of rows one by one; a count takes half a sum's memory."""
        counted = {name: f"CAST(COUNT({name}) AS DOUBLE)" for name in self.counts}
        return {"a": "SUM(a)", "b": "SUM(b)"} | counted

    @property
    def texts(self) -> tuple[str, ...]:
        """Columns of `SAID` that go by numbers."""
        return (*(("stratum",) if self.strata else ()), *self.breakdowns)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(f"b{i}" for i in range(len(self.breakdowns)))

    def value_of(self, by: str | None) -> str:
        """The column of a breakdown in the engine's tables; a number for none."""
        return CONSTANT if by is None else f"b{self.breakdowns.index(by)}"


def words(shape: Shape) -> str:
    """Every text of strata and breakdowns, numbered."""
    each = "".join(f" UNION SELECT {column} AS word FROM {TEXTS}" for column in shape.texts)
    return (
        "SELECT word, CAST(ROW_NUMBER() OVER (ORDER BY word) AS INT) AS number "
        f"FROM (SELECT '' AS word{each}) AS said WHERE word IS NOT NULL"
    )


def month(day: str) -> str:
    """Months since year 0 of a day (a column)."""
    return f"CAST(YEAR({day}) * 12 + MONTH({day}) - 1 AS INT)"


def coded(shape: Shape, key: str) -> str:
    """What each row of `SAID` contributes, one by one; a region that the tree does not know is
    null: such a row is in no place, but in the sample.

    Args:
        key: the key of ``cluster``, as the engine says it.
    """
    broken = list(enumerate(shape.breakdowns))
    columns = [
        "r.number AS region",
        f"{month('day')} AS month",
        "s.number AS stratum" if shape.strata else f"{CONSTANT} AS stratum",
        *(f"w{i}.number AS b{i}" for i, _by in broken),
        *([f"{key} AS cluster"] if shape.clustered else []),
        "CASE WHEN judged THEN w * y ELSE 0e0 END AS a",
        "CASE WHEN judged THEN w * x ELSE 0e0 END AS b",
        "CASE WHEN judged THEN 1 END AS n",
    ]
    if shape.weighted:
        columns.append("CASE WHEN judged AND NOT weighted THEN 1 END AS unweighted")
    if shape.counted:
        columns.append("CASE WHEN sampled THEN 1 END AS sampled")
    if shape.population:
        columns.append("population")
    joins = [f"LEFT JOIN {REGIONS} AS r ON t.region = r.key"]
    if shape.strata:
        joins.append(f"LEFT JOIN {WORDS} AS s ON t.stratum = s.word")
    joins += [f"LEFT JOIN {WORDS} AS w{i} ON t.{by} = w{i}.word" for i, by in broken]
    return f"SELECT {', '.join(columns)} FROM {SAID} AS t {' '.join(joins)}"


def zeros(shape: Shape, nothing: str) -> str:
    """A row of zeros for each month that a declaration of the view ``nothing`` covers."""
    own = {"region": "r.number", "month": "d.month", "stratum": CONSTANT}
    if shape.strata:
        own["stratum"] = f"(SELECT number FROM {WORDS} WHERE word = '')"
    own |= dict.fromkeys(shape.values, "CAST(NULL AS INT)")
    if shape.clustered:
        own["cluster"] = "NULL"
    own |= {"a": "0e0", "b": "0e0"} | dict.fromkeys(shape.counts, "NULL")
    if shape.population:
        own["population"] = "CAST(NULL AS DOUBLE)"
    columns = ", ".join(f"{said} AS {name}" for name, said in own.items())
    return (
        f"SELECT {columns} FROM {nothing} AS t LEFT JOIN {REGIONS} AS r ON t.region = r.key "
        f"JOIN {DAYS} AS d ON d.month BETWEEN {month('t.since')} AND {month('t.occurred_on')}"
    )


def month_sums(shape: Shape, rows: str) -> str:
    """Rows drawn singly, added up by month and region; ``rows`` as `coded` gives them."""
    keys = ("month", "region", "stratum", *shape.values)
    sums = shape.of_rows | {"aa": "SUM(a * a)", "ab": "SUM(a * b)", "bb": "SUM(b * b)"}
    return grouped(keys, sums | population(shape), f"({rows}) AS t")


def months(table: str) -> str:
    return f"SELECT DISTINCT month FROM {table}"


@cache
def inside_of_rows(shape: Shape, by: str | None) -> str:
    """`INSIDE` of one period type (that of `CALENDAR`) from `FINE`: every row is a cluster."""
    value = shape.value_of(by)
    keys = {"period": "c.period", "region": "f.region", "value": value, "stratum": "f.stratum"}
    sums = {name: f"SUM({name})" for name in (*shape.sums, *SQUARES)}
    sums |= {"clusters": "SUM(n)", "held": "SUM(sampled)" if shape.counted else "SUM(n)"}
    source = f"{FINE} AS f JOIN {CALENDAR} AS c ON f.month = c.month"
    if by is not None:
        source += f" WHERE {value} IS NOT NULL"
    return grouped(keys, sums | population(shape), source)


def sizes_name(type: PeriodType) -> str:
    return f"cells_sizes_{type}"


def sizes(shape: Shape, more: str = "") -> str:
    """Clusters of each stratum in the whole sample of a period; ``more``: of such as span."""
    known = "MAX(population)" if shape.population else "CAST(NULL AS DOUBLE)"
    found = f"SELECT period, stratum, held, {'population' if shape.population else 'NULL'} AS "
    found = f"{found}population FROM {INSIDE}{more}"
    return (
        f"SELECT period, stratum, SUM(held) AS m, {known} AS population "
        f"FROM ({found}) AS t GROUP BY period, stratum"
    )


@cache
def cell_sums(shape: Shape, by: str | None, type: PeriodType, more: str = "") -> str:
    """Sums of each cell and stratum, places of all region levels side by side.

    ``more``: the same sums of clusters that span regions, by place already.
    """
    names = (*shape.sums, *SQUARES, "clusters")
    keys = ("period", "place", "value", "stratum")
    one = placed(INSIDE, keys, names)
    summed = {name: f"SUM({name})" for name in names}
    having = "" if shape.counted else " HAVING SUM(n) > 0"
    cells = grouped(keys, summed, f"({one}{more}) AS u") + having
    bare = "unweighted" if shape.weighted else "0e0 AS unweighted"
    doubtful = ", ".join(DOUBTFUL if shape.matched else (f"0e0 AS {name}" for name in DOUBTFUL))
    stratum = "s.word" if shape.strata else "''"
    text = "CAST(NULL AS VARCHAR(400))" if by is None else "w.word"
    joins = [f"LEFT JOIN {sizes_name(type)} AS z ON c.period = z.period AND c.stratum = z.stratum"]
    if shape.strata:
        joins.append(f"LEFT JOIN {WORDS} AS s ON c.stratum = s.number")
    if by is not None:
        joins.append(f"LEFT JOIN {WORDS} AS w ON c.value = w.number")
    return (
        f"SELECT c.period, c.place, {text} AS value, {stratum} AS stratum, a, b, aa, ab, bb, n, "
        f"clusters, {bare}, {doubtful}, m, population FROM ({cells}) AS c {' '.join(joins)}"
    )


def placed(table: str, keys: tuple[str, ...], names: tuple[str, ...]) -> str:
    """Rows of (period, region, …) once for each place that holds them, as of `EPOCHS`.

    ``keys`` are those of the result: period, place, and what else is kept.
    """
    columns = ["t.period", "m.place", *(f"t.{name}" for name in (*keys[2:], *names))]
    return (
        f"SELECT {', '.join(columns)} FROM {table} AS t "
        f"JOIN {EPOCHS} AS e ON t.period = e.period "
        f"JOIN {MEMBERS} AS m ON m.epoch = e.epoch AND m.region = t.region"
    )


def coarser(number: str, length: int) -> str:
    """Of which period of so many, the number counted from 0 as months are."""
    return number if length == 1 else f"CAST(({number} - {number} % {length}) / {length} AS INT)"


def grouped(keys: dict[str, str] | tuple[str, ...], sums: dict[str, str], source: str) -> str:
    """Sums by keys. A key that is everywhere the same number is named but not grouped by."""
    named = keys if isinstance(keys, dict) else {key: key for key in keys}
    columns = ", ".join(f"{said} AS {name}" for name, said in (named | sums).items())
    several = [str(at) for at, said in enumerate(named.values(), 1) if said != CONSTANT]
    return f"SELECT {columns} FROM {source} GROUP BY {', '.join(several)}"


def population(shape: Shape) -> dict[str, str]:
    return {"population": "MAX(population)"} if shape.population else {}
