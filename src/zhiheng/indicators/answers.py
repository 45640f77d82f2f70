"""What the API says of indicators: declarations, runs, estimates and how they came about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from zhiheng.web.conventions import Text


class IndicatorLine(Schema):
    """An indicator in a list."""

    indicator: str = Field(examples=["product_pass_rate"])
    zh: str = Field(examples=["产品质量监督抽查合格率"])
    en: str
    unit: str = Field(examples=["%"])
    better: str = Field(examples=["higher"])


class IndicatorSaid(IndicatorLine):
    """An indicator as it is declared."""

    population: dict[str, str]
    kinds: list[str] = Field(description="读取的证据 / evidence it reads")
    estimator: str
    per: int | None
    method: str
    conditions: dict[str, str]
    breakdowns: list[str]
    minimum_n: int
    source: str
    notes: dict[str, str]
    code_version: str


class EstimateSaid(Schema):
    """One figure; a percentage is a pure ratio (0.943), as ``measure --json`` prints it."""

    id: int
    indicator: str = Field(examples=["product_pass_rate"])
    region: str = Field(examples=["990101"])
    period: str = Field(examples=["2026"])
    by: dict[str, str] = Field(examples=[{}])
    estimate: float = Field(examples=[0.943])
    se: float | None
    lower: float | None = Field(examples=[0.921])
    upper: float | None = Field(examples=[0.960])
    level: float | None = Field(description="区间的置信水平 / confidence of the interval")
    n: int
    numerator: float
    denominator: float | None
    method: str
    log_size: int = Field(description="所依据日志的大小 / size of the log it rests on")
    root: str


class DerivationSaid(Schema):
    """How a figure came about, recomputed from today's evidence."""

    estimate: dict[str, Any]
    unit: str
    name: str
    population: str
    notes: str
    source: str
    reads: list[str]
    declared: dict[str, str]
    conditions: dict[str, str]
    design: str
    detail: dict[str, Any]
    sums: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    ledger: dict[str, Any]
    measured: dict[str, Any]
    recomputed: dict[str, Any] | None
    agrees: bool
    command: str
    rows: dict[str, Any]


class BehindSaid(Schema):
    """A row of evidence that the figure counts, with its part in numerator and denominator."""

    row: int
    y: float | None
    x: float | None
    w: float | None


class MeasurementSaid(Schema):
    """One run over one state of the ledger."""

    measurement: int
    created_at: datetime
    actor: str
    log_size: int
    root: str
    code_version: str
    indicators: list[str]
    whole: bool = Field(description="未限定区域和期间 / left out no region and no period")
    estimates: int


class MeasureGiven(Schema):
    """What to measure; all that the account may read unless named."""

    indicators: list[Text] | None = Field(None, max_length=200)
    region: Text | None = None
    period: Text | None = Field(None, examples=["2026"])
