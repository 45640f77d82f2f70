"""Which texts of the package go through translation, found in its Python and its templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

CALLS = frozenset({"_", "gettext", "gettext_lazy"})
_TEMPLATE_CALL = re.compile(r"\b(?:gettext|_)\((u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))\)")


def messages_in(package: Path) -> dict[str, str]:
    """Every message of the package, with the place ``file:line`` where it is first used.

    Raises:
        ValueError: a message is not a plain string, so that no catalogue can hold it.
    """
    found: dict[str, str] = {}
    for file in sorted(package.rglob("*.py")):
        for line, message in _in_python(file):
            found.setdefault(message, f"{file.relative_to(package)}:{line}")
    for file in sorted(package.rglob("templates/**/*")):
        if file.is_file():
            for line, message in _in_template(file.read_text(encoding="utf-8")):
                found.setdefault(message, f"{file.relative_to(package)}:{line}")
    return found


def _in_python(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and called(node) in CALLS and node.args):
            continue
        match node.args[0]:
            case ast.Constant(value=str(message)):
                yield node.lineno, message
            case ast.JoinedStr() | ast.BinOp():
                raise ValueError(f"{file}:{node.lineno}: a message must be one plain string")


def called(node: ast.Call) -> str:
    """The bare name of the function that the node calls."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _in_template(text: str) -> Iterator[tuple[int, str]]:
    calls = templatize(text)
    for match in _TEMPLATE_CALL.finditer(calls):
        yield calls.count("\n", 0, match.start()) + 1, ast.literal_eval(match[1])
