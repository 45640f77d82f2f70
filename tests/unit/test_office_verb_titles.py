"""Every act on the audit trail has a name for people: the verbs are read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from zhiheng.office.catalogue import PACKAGE
from zhiheng.office.verb_titles import title
from zhiheng.subjects.judgements import DIFFERENT, NEW, SAME, UNDO

VERB = re.compile(r"[a-z]+\.[a-z_]+")
SAID = {"subjects.{}": (SAME, NEW, DIFFERENT, UNDO)}
"""Verbs that are put together when they happen."""


def _verbs() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "audit.record(" not in source:
            continue
        tree = ast.parse(source)
        names = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
            if not called or len(node.args) < 2:
                continue
            match node.args[1]:
                case ast.Constant(value=str(verb)):
                    yield verb
                case ast.Name(id=name) if name in names:
                    yield names[name]
                case ast.JoinedStr(values=[ast.Constant(value=begin), _value]):
                    yield from (f"{begin}{each}" for each in SAID[f"{begin}{{}}"])


def test_every_act_has_a_name() -> None:
    verbs = set(_verbs())
    assert len(verbs) > 40
    assert sorted(verb for verb in verbs if VERB.fullmatch(title(verb))) == []
