"""The command that estimates a satisfaction model from any file, without a home."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import JsonOption, print_json


class SchemeChoice(StrEnum):
    CENTROID = "centroid"
    FACTORIAL = "factorial"
    PATH = "path"


class SignsChoice(StrEnum):
    CONSTRUCT = "construct"
    INDIVIDUAL = "individual"
    NONE = "none"


def register(app: typer.Typer) -> None:
    app.command("satisfaction")(satisfaction)


def satisfaction(
    file: Annotated[Path, typer.Argument(help="答卷文件 / file of answers")],
    model: Annotated[
        list[str],
        typer.Option(help="模型文件，或 ecsi、ccsi；边表可给两次 / model file or a shipped one"),
    ],
    scheme: Annotated[
        SchemeChoice | None, typer.Option(help="内部加权方式 / inner weighting scheme")
    ] = None,
    raw: Annotated[
        bool | None,
        typer.Option("--raw/--standardised", help="题项用原始方差 / items keep their variances"),
    ] = None,
    bootstrap: Annotated[int, typer.Option(min=0, help="自助重抽次数 / resamples")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="重抽的种子 / seed of the resamples")] = 1,
    signs: Annotated[
        SignsChoice, typer.Option(help="重抽的符号校正 / sign correction of resamples")
    ] = SignsChoice.CONSTRUCT,
    json: JsonOption = False,
) -> None:
    """用偏最小二乘路径模型测算满意度指数 / satisfaction indices by PLS path modelling."""
    from datetime import UTC, datetime

    from zhiheng.indicators.satisfaction.analysis import Request, satisfaction_of
    from zhiheng.indicators.satisfaction.telling import told

    request = Request(
        scheme=scheme.value if scheme else None,
        raw=raw,
        replicates=bootstrap,
        seed=seed,
        signs=signs.value,
    )
    today = datetime.now(UTC).astimezone().date()
    found = satisfaction_of(file, model, request, today)
    print_json(found) if json else told(found)
