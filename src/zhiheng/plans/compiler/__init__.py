"""The plan compiler: a pure function from the text of a government plan to what it promises."""

from zhiheng.plans.compiler.model import Reading
from zhiheng.plans.compiler.reading import read_plan

__all__ = ["Reading", "read_plan"]
