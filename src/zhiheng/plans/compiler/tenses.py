"""Whether a sentence tells of what is over: reports and reviews among the promises."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhiheng.plans.compiler.clauses import Node, Place
from zhiheng.plans.compiler.lexicon import any_of, pattern
from zhiheng.plans.compiler.times import Mark

# Nobody promises with these: what has been done, counted, found out.
_VERB_DONE = re.compile(
    rf"(?:{any_of('make', 'act', 'before.increase', 'before.decrease')}"
    r"|启动|筹建|确立|达到|降至|增至|命名|印发)了(?!解)"
)
_DONE = re.compile(
    r"截[至止](?!日|时)|^(?:目前|当前|迄今|至今|截至目前)(?:为止)?,"
    r"|据(?:了解|统计|介绍|悉|通报|测算)|(?:数据|统计|调查|结果|监测)显示|获悉|(?:介绍|通报|公布)[,:]"
    r"|(?:没有|未)发生(?!率)|首次(?=[下上降升突超达]|实现)|创历史新高|创(?:近年来)?新高|超额完成|圆满完成|顺利完成|荣获|被评为|蝉联"
    r"|连续[一二三四五六七八九十\d]+[年届次]|(?:居|列)全[国省市]第[一二三四五六七八九十\d]+位?"
)
# In a plan these compare a promise, elsewhere they tell what was reached.
_COMPARED = re.compile(
    r"同比|环比|[比较](?:上|去)一?年(?:同期)?|(?<![一总])共(?:计)?(?:查处|检查|立案|受理|处理|完成|发生|抽检|抽查|办理|上报|认定|培育|建成|有)"
)
_AIMS = re.compile(
    r"今后|未来|下一?步|接下来|力争|争取|确保|努力|(?<!各项)(?<!年度)目标(?!责任|任务完成|完成|考核)|计划(?!的|单列|生育|年度)|预期(?!寿命)"
    r"|提出|明确(?!了)|规划(?!的|了)|任务是"
    r"|将(?=达|增|建|力|新|实|在|提|有|完|超|突|保|培|于|使|大|不|从|由|把|对|会|进|开|推|组|选|创|全)"
    r"|要(?=达|保持|稳|控制|实现|完成|在|建|力|确|不|提高到|努)|(?<!年)(?<!截)[到至](?:20\d\d年|[“‘]?十[一二三四五])"
    r"|[年月日底末以之]前(?=[,完基实建全])|不[得能]?[低高少多超大小][于过]|控制在|[明后]年|今年(?!以来|\d|上半年|前|[一二三四五六七八九十]+月)|本年度"
)
# What was reached is seldom rounded like this, but it may be.
_BOUNDS = re.compile(r"(?<=[\d%个家项件人元次成倍分吨名户天日亩里])(?:以上|以内|以下)")


@dataclass
class Telling:
    """Whether the sentences heard one after the other tell of the past; ``since`` its last year."""

    now: int | None = None
    """The year in which they were written."""
    past: bool = False
    since: int = 0
    node: Node | None = None

    def begin(self, place: Place) -> None:
        """A paragraph goes on with the report above it, unless a part of its own begins there."""
        opens = place.node is not None and place.node.start == place.block.start
        if opens or place.block.row or place.node is not self.node:
            self.past, self.since = False, 0
        self.node = place.node

    def hear(self, text: str, marks: Sequence[Mark], *, dated: bool) -> bool:
        """True if all that a sentence says is past.

        Args:
            dated: something outside the sentence says until when.
        """
        ahead = any(m.kind == "target" and (m.year or 0) > (self.now or 9999) for m in marks)
        over = not ahead and _reports(text, marks, dated=dated)
        years = [m.year for m in marks if m.year]
        self.past = over or _is_past(marks) or (self.past and self._goes_on(text, marks))
        self.since = max([self.since, *years]) if self.past else 0
        # A sentence of past years may hold a promise for later: that is for its years to say.
        return self.past and (over or not any(m.kind == "past" for m in marks))

    def _goes_on(self, text: str, marks: Sequence[Mark]) -> bool:
        """A later year, an aim or an order ends the report."""
        if any(m.kind in {"open", "every"} for m in marks) or _AIMS.search(text):
            return False
        if any(m.kind == "target" and (m.year or 9999) > self.since for m in marks):
            return False
        return pattern("^{actions}").match(text) is None


def _reports(text: str, marks: Sequence[Mark], *, dated: bool) -> bool:
    if any(m.kind in {"open", "every"} for m in marks) or _AIMS.search(text):
        return False
    if _DONE.search(text) or ("了" in text and _VERB_DONE.search(text)):
        return True
    bounded = dated or _BOUNDS.search(text)
    return not bounded and _COMPARED.search(text) is not None


def _is_past(marks: Sequence[Mark]) -> bool:
    """True where every year that a sentence speaks of is over."""
    kinds = {m.kind for m in marks if m.kind != "base"}
    return "past" in kinds and not kinds & {"target", "open", "every"}
