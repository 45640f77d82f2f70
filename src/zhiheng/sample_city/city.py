"""The whole simulated city before anybody writes it down: all rows of all kinds, and the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from zhiheng.office.progress import Progress
from zhiheng.office.words import _
from zhiheng.sample_city.complaints import draw_complaints
from zhiheng.sample_city.establishments import draw_establishments
from zhiheng.sample_city.figures import draw_figures
from zhiheng.sample_city.firms import (
    draw_certificates,
    draw_penalties,
    draw_quality_costs,
    register,
)
from zhiheng.sample_city.population import build_population
from zhiheng.sample_city.products import draw_products
from zhiheng.sample_city.projects import draw_projects
from zhiheng.sample_city.satisfaction import draw_answers

QUIET_WATERWORKS = (date(2025, 7, 1), date(2025, 9, 30))
"""The quarter for which the waterworks department declares that it has nothing to report."""


@dataclass(frozen=True)
class City:
    """``rows``: every kind's frame, its own columns typed and ``org`` for the subject."""

    seed: int
    population: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    truth: pl.DataFrame


def build_city(seed: int, scale: float, progress: Progress) -> City:
    """Simulate the city; the same seed and scale give the same city."""
    progress.start(10, _("模拟城市"))
    population = build_population(seed, scale)
    progress.step()
    rows: dict[str, pl.DataFrame] = {"organisation_register": register(population)}
    truth: list[pl.DataFrame] = []

    def keep(kind: str, drawn: tuple[pl.DataFrame, pl.DataFrame]) -> None:
        rows[kind] = drawn[0]
        truth.append(drawn[1])
        progress.step()

    keep("product_inspection", draw_products(population, seed))
    keep("establishment_inspection", draw_establishments(population, seed))
    keep("complaint", draw_complaints(population, seed))
    keep("satisfaction_answer", draw_answers(population, seed))
    keep("project_acceptance", draw_projects(population, seed, scale, QUIET_WATERWORKS))
    keep("certificate", draw_certificates(population, seed))
    inspected = rows["product_inspection"], rows["establishment_inspection"]
    keep("penalty", draw_penalties(*inspected, population, seed))
    keep("quality_cost", draw_quality_costs(population, seed))
    keep("reported_figure", draw_figures(seed))
    return City(seed, population, rows, pl.concat(truth))
