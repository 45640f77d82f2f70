"""Names of bodies out of a list: 市发展改革委、工业和信息化局及各县政府等部门."""

from __future__ import annotations

import re

from zhiheng.plans.compiler.lexicon import pattern

_AND = re.compile(r"以及|[和及与]")
_MORE = re.compile(
    r"等((?:市级|省级|区级|县级|中央|国家|国务院|省|市|县|区)?(?:各?有关|各?相关|各)(?:职能|责任|成员)?(?:部门|单位)|部门|单位)?(?:和单位|、单位)?$"
)
_OPENERS = re.compile(r"^(?:由|请|并|且|以|其中|分别由|具体由|会同|联合|[:：、,\-—·.])+")
_NO_NAME = re.compile(
    r"[\d%“”《》。:：]|完成|以下简称|进一步|年底|的$"
    r"|^(?:推进|开展|建设|实施|落实|不断|加强|制定|建立|完善|组织|鼓励|支持|引导|对|在|把|将)(?!部|委|局|厅)"
)
_NOT_AT_END = re.compile(r"(?:社会|工会工作|经济|机会|分会场|部分|全部|内部|外部|社会组织|推进会)$")


def is_body(name: str) -> bool:
    """True if the name ends as names of bodies end."""
    if not 2 <= len(name) <= 30 or _NO_NAME.search(name) or _NOT_AT_END.search(name):
        return False
    return pattern(r"{bodies.ends}(?:\([^()]{1,12}\))?$").search(name) is not None


def split_bodies(text: str) -> list[str]:
    """The names of a list; "等" at its end is dropped, "等有关部门" kept as what it says."""
    found: list[str] = []
    for piece in _pieces(text):
        name = re.sub(
            r"(?<=政府|委会|单位|部门)(?:具体)?(?:抓好)?落实.*$",
            "",
            _OPENERS.sub("", piece).strip(),
        )
        for part in _at_conjunctions(name):
            more = _MORE.search(part)
            found.append((part[: more.start()] if more else part).strip())
            if more and more[1] not in {None, "部门", "单位"}:
                found.append(more[1])
    return [name for name in found if name]


def _pieces(text: str) -> list[str]:
    """Cut at commas, except within brackets."""
    found, depth, begin = [], 0, 0
    for i, sign in enumerate(text):
        if sign in "(〔":
            depth += 1
        elif sign in ")〕":
            depth = max(0, depth - 1)
        elif sign in "、,;" and depth == 0:
            found.append(text[begin:i])
            begin = i + 1
    return [*found, text[begin:]]


def _at_conjunctions(name: str) -> list[str]:
    """Cut at 和 only where a whole name ends before it: 工业和信息化部和商务部 are two."""
    found, begin = [], 0
    for m in _AND.finditer(name):
        left, right = name[begin : m.start()], name[m.end() :]
        if (
            is_body(left)
            and len(right) >= 2
            and not pattern("{bodies.compounds}$").search(name[begin : m.end()])
        ):
            found.append(left)
            begin = m.end()
    return [*found, name[begin:]]
