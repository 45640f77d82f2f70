"""The words that name a metric: freed of verbs and years, split where several share a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.times import Mark

_OPENERS = re.compile(
    r"^(?:(?:全[市省区县国])?[现共已]有|年内|全年|当年|本年度|[、,;:。()—―\-·.\"'《]|和|及|与|以及|并且|并|且|其中|可(?=进一步)|确保|力争|争取|努力|保证|保障|实现|使得|使|促使|推动|促进|推进|要|将|把|对|让|"
    r"逐步|基本|总体|累计|到|至|在|达到|达|全面|进一步|同时|并使|其|即|以|由|从|所有|各级|大力|积极|加快|着力|重点|切实|稳步|"
    r"(?:一|二|三|四|五|六)是|预期|预计|计划|目标|分别|按|年|底|末|前|的|区域内|区内|辖区内|不断|持续|再|新的|有序|有效|确定|向社会)(?![级型性])"
)
# 具体指标包括……, 相对指标主要是……: what opens a list of metrics is no part of the first.
_BARE = re.compile(r"占比|比例|比重|总数|总量|合计|包括|其中|数量|等.*")
_LISTED = re.compile(
    r"^[^,;率]{0,20}(?:指标|目标|任务|内容)(?:主要)?(?:是|为|有|包括|分别是|分别为|如下)[:,]?(?=[^,]{2})"
    r"|^(?:主要|具体|其中)?包括(?=[^,]{2})"
)
_KEPT = re.compile(
    r"^(?:促进率|推进率|到期|到位|达标|达产|其他|其它|实现率|即时|在线|在用|在建|在岗|在校|对外|对口|对标|将军|以旧换新|目标值|年产|年均|年度|年报|年检|年销售|年营|年收|年纳|年新增|年主|年人|年供|年均|前置|从业|由|基本药|基本医|基本公|基本农|基本养|基本单|基本实|到岗|到货|全面小|重点|使用|使领|达成|年处|总体满|总体合|计划生|计划免|并网|并联|与会|和谐|及时|按时|按期|按规|按标|保障性|保障房|保障水|累计参|重点产|要素|要害|让利|把关|末端|底数|分别|大力)"
)
_CLOSERS = re.compile(
    r"(?:[、,;:。(—\-]|总体|基本|也|要|应|将|力争|确保|争取|的|和|及|与|(?<![占环同对])比|较|由|从|为|是)$"
)
_MAKE_OPENERS = (
    "创建",
    "培育",
    "争创",
    "打造",
    "编制",
    "建设",
    "建成",
    "认定",
    "形成",
    "培育和创建",
    "开展",
    "完成",
    "建立",
)
_COMPARISON = re.compile(
    r"(?:(?<![占对环同])比(?![重例率])|较|与|同(?!比)|(?<![理事])由|从(?![业事])|自(?![主来]))[^,，]{0,16}?$"
)
LEVEL = re.compile(
    r"(?:国家|全国|国际|县城|省|自治区|市|县|区|乡镇|农村|城市|城镇|地方|行业|团体)级?"
)


def clean(
    text: str, start: int, end: int, marks: Sequence[Mark], holes: Sequence[tuple[int, int]] = ()
) -> str:
    """The metric named from ``start`` to ``end``: years, baselines and leading verbs left out."""
    drop = [(max(start, _with_preposition(text, mark)), mark.end) for mark in marks]
    pieces, at = [], start
    for a, b in sorted([*drop, *holes]):
        if b <= start or a >= end or b <= at:
            continue
        pieces.append(text[at : max(at, a)])
        at = max(at, b)
    pieces.append(text[at:end] if at < end else "")
    return bare("".join(pieces))


def _with_preposition(text: str, mark: Mark) -> int:
    """Where the words begin that lead to a year: 到, 比, 与……相比."""
    found = re.search(
        r"(?:到|至|截至|在|于|(?<![占环同对])比|较|由|从|自|力争|力争到|以)$", text[: mark.start]
    )
    return found.start() if found else mark.start


def bare(phrase: str) -> str:
    """Without leading connectives and verbs, and without what trails."""
    phrase = re.sub(r"^(?:期间|时期|末期|时)[,]?", "", phrase)
    phrase = re.sub(
        r"(?:达到?|控制在|提高到|增加到|降到|降至)(?=每[百千万亿]{0,2}[^,]{1,3}$)", "", phrase
    )
    phrase = re.sub(r"^[一二三四五六七八九十\d]{1,2}年(?:来|间|共)?$", "", phrase)
    phrase = _LISTED.sub("", phrase)
    while True:
        if (
            not _KEPT.match(phrase)
            and (found := _OPENERS.match(phrase))
            and found.end() < len(phrase)
        ):
            phrase = phrase[found.end() :]
        elif (found := _CLOSERS.search(phrase)) and found.start() > 0:
            phrase = phrase[: found.start()]
        else:
            return "" if _OPENERS.fullmatch(phrase) else phrase


def without_making(phrase: str) -> str:
    """创建示范区 names 示范区; a verb that is part of the name (新建绿地) stays."""
    found = re.match(
        rf"(?:(?:{'|'.join(_MAKE_OPENERS)})(?:[和、或并](?=[创培争打编建认形开完]))?)+", phrase
    )
    if found is None or len(phrase) - found.end() < 2:
        return phrase
    rest = phrase[found.end() :]
    return phrase if re.match(r"项目|工程|用地|单位|领域|率|标准|质量", rest) else rest


def without_comparison(phrase: str) -> str:
    """能耗比基年 → 能耗, for a change by some amount."""
    found = _COMPARISON.search(phrase)
    return bare(phrase[: found.start()]) if found and found.start() != 1 else phrase


def has_head(phrase: str) -> bool:
    """True if the phrase ends in a word that names something measured."""
    return pattern(r"{heads}(?:\([^()]*\))?$").search(phrase) is not None


def says_nothing(phrase: str) -> bool:
    """True of 占比, 总数, 包括: of what they are a share or a sum they do not say."""
    return _BARE.fullmatch(phrase) is not None


def is_rate(phrase: str) -> bool:
    return pattern(r"{rates}(?:\([^()]*\))?$").search(phrase) is not None


def is_level(phrase: str) -> bool:
    """国家级, 省级: which of the things counted before."""
    return LEVEL.fullmatch(phrase) is not None


def is_generic(phrase: str) -> bool:
    """A head that says nothing of what is measured."""
    return (
        pattern("^(?:总体|综合|平均|顾客|用户|群众|消费者|人民群众)?{short_heads}$").match(phrase)
        is not None
    )
