"""`./run` on a machine that lacks something says the one line that helps, and stops."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import CHECKOUT

_TOOLS = ("bash", "env", "cat", "dirname", "sha256sum", "rm", "grep")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what `run` reads, without a .venv."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for file in [CHECKOUT / "run", CHECKOUT / "pyproject.toml", *CHECKOUT.glob("*.lock")]:
        shutil.copy(file, folder)
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH with the few programs that every Debian has, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in _TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def _run(checkout: Path, tools: Path, *arguments: str, **more: str) -> tuple[int, str]:
    environment = {"PATH": str(tools), "HOME": os.environ["HOME"], **more}
    result = subprocess.run(
        [checkout / "run", *arguments], env=environment, capture_output=True, text=True
    )
    return result.returncode, result.stderr


def _program(tools: Path, name: str, script: str) -> None:
    with (tools / name).open("x") as file:  # "x" never writes through a link to a real program
        file.write(f"#!/usr/bin/env bash\n{script}\n")
    (tools / name).chmod(0o755)


def test_without_python_it_names_the_version_and_the_line(checkout: Path, tools: Path) -> None:
    code, said = _run(checkout, tools, "demo")
    assert code == 1
    assert "Python 3.11" in said
    assert "sudo apt-get install -y python3" in said


def test_an_old_python_does_not_do(checkout: Path, tools: Path) -> None:
    _program(tools, "python3", "exit 1")
    code, said = _run(checkout, tools, "demo")
    assert code == 1
    assert "Python 3.11" in said


def test_without_venv_it_says_the_one_apt_line(checkout: Path, tools: Path, tmp_path: Path) -> None:
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking" / "ensurepip.py").write_text("raise ImportError")
    (tools / "python3").symlink_to(sys.executable)
    code, said = _run(checkout, tools, "demo", PYTHONPATH=str(tmp_path / "lacking"))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert code == 1
    assert f"sudo apt-get install -y python{version}-venv" in said
    assert not (checkout / ".venv").exists()


def test_tests_say_which_system_packages_they_need(checkout: Path, tools: Path) -> None:
    _program(tools, "dpkg-query", "exit 1")
    _program(tools, "id", "echo 1000")
    code, said = _run(checkout, tools, "test")
    assert code == 1
    assert "apt-get install -y --no-install-recommends chromium fonts-noto-cjk" in said


def test_anything_else_is_answered_with_the_two_commands(checkout: Path, tools: Path) -> None:
    for arguments in [(), ("build",)]:
        code, said = _run(checkout, tools, *arguments)
        assert code == 3
        assert "./run demo" in said
        assert "./run test" in said
