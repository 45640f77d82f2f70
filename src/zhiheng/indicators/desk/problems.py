"""All problems of a call and its file, gathered before any is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError, ZhihengError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or that a reader of the result must know."""

    code: str
    message: str
    fix: str = ""

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "fix": self.fix}


class SeveralProblems(ContentError):
    """More than one problem; `problems` holds each as ``{"code", "message", "fix"}``."""

    def __init__(self, found: list[Problem]) -> None:
        lines = [f"{number}. {p.message} {p.fix}".rstrip() for number, p in enumerate(found, 1)]
        super().__init__(
            "desk.problems", "\n".join([_("共有 {count} 个问题：", count=len(found)), *lines])
        )
        self.problems = [problem.as_json() for problem in found]


@dataclass
class Findings:
    """Errors stop the work, each at the next `stop`; warnings go out with the result."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _of_call: bool = True

    def wrong_call(self, code: str, message: str, fix: str = "") -> None:
        self.errors.append(Problem(code, message, fix))

    def wrong(self, code: str, message: str, fix: str = "") -> None:
        self._of_call = False
        self.errors.append(Problem(code, message, fix))

    def warn(self, code: str, message: str, fix: str = "") -> None:
        self.warnings.append(Problem(code, message, fix))

    def stop(self) -> None:
        """Raises: UsageError, ContentError: with everything that is wrong so far."""
        if not self.errors:
            return
        if len(self.errors) > 1:
            raise SeveralProblems(self.errors)
        only = self.errors[0]
        kind: type[ZhihengError] = UsageError if self._of_call else ContentError
        raise kind(only.code, only.message, only.fix)


def nearest(name: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown name."""
    names = list(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if not near:
        lower = {other.lower(): other for other in names}
        near = [lower[name.lower()]] if name.lower() in lower else []
    if near:
        return _("相近的有：{names}。", names="、".join(near))
    return _("现有的列：{names}。", names="、".join(names[:20]))
