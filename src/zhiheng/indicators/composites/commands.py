"""The command that computes a declared composite from any file, without a home."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import JsonOption, print_json


def register(app: typer.Typer) -> None:
    app.command("composite")(composite)


def composite(
    file: Annotated[Path, typer.Argument(help="数据文件 / file of figures")],
    model: Annotated[
        str,
        typer.Option(
            help="声明文件，或 qci、quality_loss_rate、grade_rate、manufacturing_pass_rate / model"
        ),
    ],
    by: Annotated[
        list[str] | None, typer.Option(help="分组列，可多次 / breakdown, may repeat")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(min=100, max=1_000_000, help="模拟次数 / draws")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="模拟的种子 / seed of the draws")] = None,
    json: JsonOption = False,
) -> None:
    """计算综合指标并写出算式 / a composite index with its arithmetic."""
    from datetime import UTC, datetime

    from zhiheng.indicators.composites.computing import composite_of
    from zhiheng.indicators.composites.telling import told

    today = datetime.now(UTC).astimezone().date()
    found = composite_of(file, model, by or [], today, draws=draws, seed=seed)
    print_json(found) if json else told(found)
