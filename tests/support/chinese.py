"""Chinese text that bypasses translation, in templates, scripts and the modules people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from zhiheng.office.messages import CALLS, called

CHINESE = re.compile(r"[\u3400-\u9fff]")
SPEAKING = ("pages", "api", "queries", "actions", "commands")
"""Module names whose every text a user may read; other modules declare data in two languages."""

_TEMPLATE_SPEECH = re.compile(
    r"{%\s*(?:translate|trans)\b.*?%}"
    r"|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}"
    r"|{%\s*comment\b.*?endcomment\s*%}"
    r"|{#.*?#}"
    r"|_\((?:\"[^\"]*\"|'[^']*')\)"
    r"|>简体中文<|%}简体中文{%",
    re.DOTALL,
)
"""Also spoken: a language switch names each language in that language."""


def unspoken_in_template(text: str) -> Iterator[int]:
    """Lines of a template with Chinese outside its translation tags."""
    blank = _TEMPLATE_SPEECH.sub(lambda match: "\n" * match[0].count("\n"), text)
    for number, line in enumerate(blank.splitlines(), 1):
        if CHINESE.search(line):
            yield number


def speaks(module: Path) -> bool:
    return any(part.removesuffix(".py") in SPEAKING for part in module.parts)


def unspoken_in_python(source: str) -> list[int]:
    """Lines of a module with a Chinese literal outside gettext.

    Docstrings and the arguments of Typer's own declarations are help texts of the command line,
    which say both languages side by side.
    """
    tree = ast.parse(source)
    spoken: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (called(node) in CALLS or _of_typer(node)):
            spoken.update(ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spoken.add(node.value)
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and node not in spoken
            and CHINESE.search(str(node.value))
        }
    )


def _of_typer(node: ast.Call) -> bool:
    match node.func:
        case ast.Attribute(value=ast.Name(id="typer")):
            return True
    return False
