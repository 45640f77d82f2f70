"""The command line: collects every room's commands."""

from __future__ import annotations

import importlib
import sys

import typer

from zhiheng.office.console import print_error

ROOMS = (
    "office",
    "subjects",
    "evidence",
    "indicators",
    "indicators.desk",
    "indicators.satisfaction",
    "indicators.composites",
    "procedures",
    "plans",
    "complaints",
    "publication",
    "reports",
    "portal",
    "sample_city",
)

app = typer.Typer(
    name="zhiheng",
    help="质衡:从规划的一句话,到任何人都能复算的判定。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def collect() -> typer.Typer:
    """The whole command tree, one room after the other."""
    if not app.registered_commands:
        for room in ROOMS:
            importlib.import_module(f"zhiheng.{room}.commands").register(app)
    return app


def main() -> None:
    """Entry point: an error a user may see ends with its class's exit code, not a traceback."""
    try:
        collect()()
    except Exception as error:
        from zhiheng.office.breakdowns import in_words

        shown = in_words(error)
        if shown is None:
            raise
        print_error(shown, as_json="--json" in sys.argv)
        raise SystemExit(shown.exit_code) from None
