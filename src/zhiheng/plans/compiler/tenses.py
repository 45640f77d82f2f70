"""Whether a sentence tells of what is over: reports and reviews among the promises."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.times import Mark

# Nobody promises with these: what has been done, counted, found out.
_DONE = re.compile(
    r"(?:下降|增长|提[高升]|上升|增加|减少|降低|达到|完成|实现|突破|新增|建成|培育|查处|检查|认定|创建|获得|取得|缩短|压缩|降至|增至)了"
    r"|^(?:目前|当前|迄今|至今|截至目前)(?:为止)?,"
    r"|据(?:了解|统计|介绍|悉|通报|测算)|(?:数据|统计|调查|结果|监测)显示|获悉|(?:介绍|通报|公布)[,:]"
    r"|(?:没有|未)发生(?!率)|首次(?=[下上降升突超达]|实现)|创历史新高|创(?:近年来)?新高|超额完成|圆满完成|顺利完成|荣获|被评为|蝉联"
    r"|连续[一二三四五六七八九十\d]+[年届次]|(?:居|列)全[国省市]第[一二三四五六七八九十\d]+位?"
)
# In a plan these compare a promise, elsewhere they tell what was reached.
_COMPARED = re.compile(
    r"同比|环比|[比较](?:上|去)一?年(?:同期)?|(?<![一总])共(?:计)?(?:查处|检查|立案|受理|处理|完成|发生|抽检|抽查|办理|上报|认定|培育|建成|有)"
)
_AIMS = re.compile(
    r"力争|争取|确保|努力|(?<!各项)(?<!年度)目标(?!责任|任务完成|完成|考核)|计划(?!的|单列|生育|年度)|预期(?!寿命)"
    r"|提出|明确(?!了)|规划(?!的|了)|任务是"
    r"|将(?=达|增|建|力|新|实|在|提|有|完|超|突|保|培|于|使|大|不|从|由|把|对|会|进|开|推|组|选|创|全)"
    r"|要(?=达|保持|稳|控制|实现|完成|在|建|力|确|不|提高到|努)|[到至](?:20\d\d年|[“‘]?十[一二三四五])"
    r"|[年月日底末以之]前(?=[,完基实建全])|不[得能]?[低高少多超大小][于过]|控制在|(?:明|后|今)年|本年度"
)
# What was reached is seldom rounded like this, but it may be.
_BOUNDS = re.compile(r"(?<=[\d%个家项件人元次成倍分吨名户天日亩里])(?:以上|以内|以下)")


def reports(text: str, marks: Sequence[Mark], *, dated: bool) -> bool:
    """True of a sentence that tells what was reached.

    Args:
        dated: something outside the sentence says until when.
    """
    if any(m.kind in {"open", "every"} for m in marks) or _AIMS.search(text):
        return False
    if _DONE.search(text):
        return True
    bounded = dated or _BOUNDS.search(text)
    return not bounded and _COMPARED.search(text) is not None


def goes_on_telling(text: str, marks: Sequence[Mark], since: int) -> bool:
    """True of a sentence that may go on with the past of those before it.

    Args:
        since: the last year that they spoke of; a later one ends the report.
    """
    if any(m.kind in {"open", "every"} for m in marks) or _AIMS.search(text):
        return False
    if any(m.kind == "target" and (m.year or 9999) > since for m in marks):
        return False
    return pattern("^{actions}").match(text) is None


def is_past(marks: Sequence[Mark]) -> bool:
    """True where every year that a sentence speaks of is over."""
    kinds = {m.kind for m in marks if m.kind != "base"}
    return "past" in kinds and not kinds & {"target", "open", "every"}
