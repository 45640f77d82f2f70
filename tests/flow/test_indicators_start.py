"""Commands without a home: what is loaded before they answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from zhiheng.cli import called, collect


def test_only_what_was_called_is_made() -> None:
    whole = collect()
    one = called(whole, ["estimate", "file.csv"])
    assert [command.name for command in one.registered_commands] == ["estimate"]
    assert one.registered_groups == []
    group = called(whole, ["judge"])
    assert [found.name for found in group.registered_groups] == ["judge"]
    assert called(whole, ["--help"]) is whole
    assert called(whole, []) is whole


def test_a_command_alone_is_still_called_by_its_name() -> None:
    shown = CliRunner().invoke(called(collect(), ["estimate"]), ["estimate", "--help"])
    assert shown.exit_code == 0
    assert "estimate [OPTIONS]" in shown.stdout


def test_estimating_loads_no_framework_and_no_statistics_package(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("y,g\n1,a\n2,a\n4,b\n7,b\n", encoding="utf-8")
    call = ["zhiheng", "estimate", str(file), "--stat", "mean", "--y", "y", "--by", "g"]
    code = (
        f"import sys; sys.argv = {call!r}; from zhiheng.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = ('django', 'duckdb', 'ibis', 'pandas', 'scipy.stats', 'scipy.optimize')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip().splitlines()[-1] == "[]"
