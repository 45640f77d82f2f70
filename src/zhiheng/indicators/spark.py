"""Spark in DuckDB's place: the same declarations over the same Parquet, past one machine.

Needs the extra ``[spark]`` and Java 17. Without ``SPARK_REMOTE`` or ``spark-submit`` around it,
Spark runs inside this process on this machine's cores. Sizes set there, or by
``PYSPARK_SUBMIT_ARGS``, hold.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import polars as pl

from zhiheng.evidence.canonical import NOTHING_TYPE, ROW_TYPE
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.evidence.projection import columns_of
from zhiheng.indicators.engine import Engine
from zhiheng.office.home import Home
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.queries import resolution_frame

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_ALONE = {"spark.driver.memory": "2g", "spark.sql.shuffle.partitions": "8"}
"""In this process, unless somebody started or configured Spark himself."""
_STARTED_BY = ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS")
_TYPES = {
    pl.String: "string",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Date: "date",
}


class Spark(Engine):
    """Spark over the lake's files; clusters go by their names, for Spark sends no two apart."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def lend(self, name: str, frame: pl.DataFrame) -> None:
        schema = ", ".join(f"`{n}` {_lent(t)}" for n, t in frame.schema.items())
        lent = self._session.createDataFrame(frame.to_arrow(), schema=schema)
        lent.createOrReplaceTempView(name)

    def view(self, name: str, expression: ir.Table) -> None:
        self._session.sql(_sql(expression)).createOrReplaceTempView(name)

    def keep(self, name: str, query: str) -> None:
        """A checkpoint, so that later queries start from the result: a view carries the whole plan
        that made it, which grows with every view read twice until planning takes minutes."""
        made = self._session.sql(query).localCheckpoint(eager=True)
        made.createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        self._session.catalog.dropTempView(name)

    def ask(self, query: ir.Table | str) -> pl.DataFrame:
        text = query if isinstance(query, str) else _sql(query)
        frame = pl.from_arrow(self._session.sql(text).toArrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def key(self, name: str) -> str:
        return name


def connect(home: Home) -> Spark:
    """Spark over the lake, with the same views that `zhiheng.evidence.lake.connect` gives.

    Raises:
        UsageError: pyspark or Java is not installed.
    """
    session = _session()
    # The dialect's own settings exist once its backend does.
    importlib.import_module("ibis.backends.pyspark")
    ibis.pyspark  # noqa: B018
    engine = Spark(session)
    engine.lend("resolution", resolution_frame())
    for kind in KINDS.values():
        for statement in _views(kind, [str(p) for p in _files(home, kind)], session):
            session.sql(statement)
    return engine


def _session() -> SparkSession:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(
            "engine.spark_missing",
            _("没有安装 Spark（pyspark）。"),
            _("请执行 pip install 'zhiheng[spark]' 并安装 Java 17，或改用 --engine duckdb。"),
        ) from error
    builder = SparkSession.builder.appName("zhiheng")
    alone = not any(name in os.environ for name in _STARTED_BY)
    for name, value in (_SETTINGS | (_ALONE if alone else {})).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise UsageError(
            "engine.java_missing",
            _("Spark 起不来：{error}", error=str(error).splitlines()[0]),
            _("请安装 Java 17 并检查 JAVA_HOME，或改用 --engine duckdb。"),
        ) from error


def _files(home: Home, kind: Kind) -> Iterable[Any]:
    return sorted(home.lake.glob(f"kind={kind.code}/*/batch-*.parquet"))


def _views(kind: Kind, files: list[str], session: SparkSession) -> list[str]:
    code, typed = kind.code, columns_of(kind)
    if files:
        read = session.read.option("mergeSchema", "true").parquet(*files)
        read.createOrReplaceTempView(f"{code}_read")
        present = set(read.columns)
    else:
        session.sql("SELECT 1 AS nothing WHERE false").createOrReplaceTempView(f"{code}_read")
        present = set()
    columns = ", ".join(
        f"CAST({f'`{name}`' if name in present else 'NULL'} AS {_type(of)}) AS `{name}`"
        for name, of in typed.items()
    )
    made = [
        f"CREATE OR REPLACE TEMP VIEW {code}_filed AS SELECT {columns} FROM {code}_read",
        f"CREATE OR REPLACE TEMP VIEW {code}_current AS SELECT f.* FROM {code}_filed f "
        f"LEFT ANTI JOIN {code}_filed g ON g.supersedes = f.row",
    ]
    for suffix, record_type in (("", ROW_TYPE), ("_nothing", NOTHING_TYPE)):
        made.append(
            f"CREATE OR REPLACE TEMP VIEW {code}{suffix} AS "
            "SELECT f.*, coalesce(s.organisation, f.subject) AS organisation "
            f"FROM {code}_current f LEFT JOIN resolution s ON f.subject = s.ref "
            f"WHERE f.record_type = '{record_type}'"
        )
    return made


def _type(of: Any) -> str:
    return "timestamp" if isinstance(of, pl.Datetime) else _TYPES[of]


def _lent(of: Any) -> str:
    return "int" if of == pl.Int32 else _type(of)


def _sql(expression: ir.Table) -> str:
    return str(ibis.to_sql(expression, dialect="pyspark"))
