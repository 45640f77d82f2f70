"""What every command shares: the home option, plain JSON, errors in words, exit codes."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from zhiheng.office.home import VARIABLE, Home, locate
from zhiheng.rules.errors import ZhihengError

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar=VARIABLE, help="数据目录 / the home folder", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def open_home(path: Path | None, *, create: bool = False) -> Home:
    """Find the home and start the framework on it."""
    from zhiheng.office.setup import start

    home = locate(path)
    start(home, create=create)
    return home


def plain(value: Any) -> Any:
    """What JSON cannot say by itself."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=plain) + "\n")


def print_error(error: ZhihengError, *, as_json: bool) -> None:
    """The error on standard error; as an object where the caller asked for JSON."""
    if as_json:
        said: dict[str, Any] = {"code": error.code, "message": error.message, "fix": error.fix}
        problems = getattr(error, "problems", None)
        body = {"error": {**said, "problems": problems} if problems else said}
        sys.stderr.write(json.dumps(body, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{error.message}\n" + (f"{error.fix}\n" if error.fix else ""))
