"""Write docs/reference from the declarations: kinds, indicators, commands, error codes.

Run it after changing any of them: ``.venv/bin/python scripts/make_reference.py``.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import zhiheng
from zhiheng.office.catalogue import merged, read_parts
from zhiheng.office.messages import called
from zhiheng.rules.errors import ZhihengError

PACKAGE = Path(zhiheng.__file__).resolve().parent
REFERENCE = PACKAGE.parent.parent / "docs" / "reference"

_CODE = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)+\Z")
_RULE = re.compile(r"[a-z][a-z_.]*\Z")


def pages() -> dict[str, str]:
    """Every page of the reference, by file name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")
    import django

    django.setup()
    from zhiheng.evidence.kinds import ALL
    from zhiheng.evidence.reference import kinds_page
    from zhiheng.indicators import reference as indicators
    from zhiheng.procedures import catalogue
    from zhiheng.procedures import reference as procedures

    return {
        "procedures.md": procedures.page(catalogue.ALL.values()),
        **procedures.drawings(catalogue.ALL.values()),
        "kinds.md": kinds_page(ALL.values()),
        "indicators.md": indicators.page(),
        "cli.md": commands_page(),
        "errors.md": errors_page(),
    }


def commands_page() -> str:
    """Markdown of the whole command tree: usage, what it does, arguments and options."""
    from zhiheng.cli import collect

    lines = ["# 命令 / Commands", "", "所有命令接受 `--home 目录`或环境变量 `ZHIHENG_HOME`。", ""]
    for path, command in _commands(typer.main.get_command(collect()), ("zhiheng",)):
        named = [parameter for parameter in command.params if _is_argument(parameter)]
        usage = [*path, *(p.name.upper() + ("…" if p.nargs == -1 else "") for p in named)]
        lines += [f"## {' '.join(path[1:])}", "", f"`{' '.join([*usage, '[OPTIONS]'])}`", ""]
        lines += [(command.help or "").strip(), "", "| | |", "|---|---|"]
        lines += [
            f"| `{name}` | {text} |"
            for name, text in map(_described, command.params)
            if name != "--help"
        ]
        lines.append("")
    return "\n".join(lines)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The leaves of Typer's command tree, in the order of their names."""
    if hasattr(command, "commands"):
        for name in sorted(command.commands):
            yield from _commands(command.commands[name], (*path, name))
    else:
        yield path, command


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _described(parameter: Any) -> tuple[str, str]:
    text = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    if _is_argument(parameter):
        return parameter.name.upper(), text
    return ", ".join(parameter.opts + parameter.secondary_opts), text


def errors_page() -> str:
    """Markdown of the stable codes that errors carry, with what they say in both languages."""
    english = merged(read_parts())
    lines = [
        "# 错误码 / Error codes",
        "",
        "命令行以类别决定退出码 / the class decides the exit code of a command:",
        "",
        "| exit code | class | |",
        "|---|---|---|",
        *(
            f"| {cls.exit_code} | `{cls.__name__}` | {(cls.__doc__ or '').splitlines()[0]} |"
            for cls in sorted(ZhihengError.__subclasses__(), key=lambda cls: cls.exit_code)
        ),
        "",
        "| code | class | 说明 | English |",
        "|---|---|---|---|",
    ]
    for code, raised, said in sorted(_codes(_CODE, of_errors=True)):
        lines.append(f"| `{code}` | {raised} | {_cell(said)} | {_cell(english.get(said, said))} |")
    lines += [
        "",
        "导入时逐行指出的问题，`rule` 取下列值 / problems that intake names row by row:",
        "",
        "| rule | 说明 | English |",
        "|---|---|---|",
    ]
    for rule, _raised, said in sorted(_codes(_RULE, of_errors=False)):
        lines.append(f"| `{rule}` | {_cell(said)} | {_cell(english.get(said, said))} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _codes(pattern: re.Pattern[str], *, of_errors: bool) -> set[tuple[str, str, str]]:
    """(code, class that carries it, words) of each error, or of each row's problem.

    A code that is raised in several places has a line for each of its messages.
    """
    found: dict[str, set[tuple[str, str, str]]] = {}
    folders = [PACKAGE] if of_errors else [PACKAGE / "evidence", PACKAGE / "subjects"]
    for file in sorted(file for folder in folders for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node).endswith("Error") == of_errors:
                for code, said in zip(node.args, node.args[1:], strict=False):
                    if isinstance(code, ast.Constant) and pattern.match(str(code.value)):
                        text = _said(said, of_errors)
                        if text is not None:
                            found.setdefault(code.value, set()).add(
                                (code.value, called(node), text)
                            )
    told = ({line for line in lines if line[2]} or lines for lines in found.values())
    return set().union(*told)


def _said(node: ast.expr, of_errors: bool) -> str | None:
    """The pattern that a message is made from; None if the node is no message."""
    match node:
        case ast.Call(args=[ast.Constant(value=str(text)), *_]) if called(node) == "_":
            return text
        case ast.Constant(value=str(text)) if of_errors:
            return text
        case ast.JoinedStr(values=parts) if of_errors:
            return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in parts)
    return "" if of_errors else None


def main() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
