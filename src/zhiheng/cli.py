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


def called(whole: typer.Typer, arguments: list[str]) -> typer.Typer:
    """The tree with the one command or group that the first argument names, else the whole.

    Typer reads the parameters of every command of a tree before it runs one of them, which takes
    longer than many commands do.
    """
    name = arguments[0] if arguments else ""
    commands = [c for c in whole.registered_commands if c.name == name]
    groups = [g for g in whole.registered_groups if g.name == name]
    if not commands and not groups:
        return whole
    one = typer.Typer(
        name="zhiheng",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        callback=lambda: None,
    )
    one.registered_commands, one.registered_groups = commands, groups
    return one


def main() -> None:
    """Entry point: an error a user may see ends with its class's exit code, not a traceback."""
    try:
        called(collect(), sys.argv[1:])()
    except Exception as error:
        from zhiheng.office.breakdowns import in_words

        shown = in_words(error)
        if shown is None:
            raise
        print_error(shown, as_json="--json" in sys.argv)
        raise SystemExit(shown.exit_code) from None
