"""The words that name a metric: freed of verbs and years, split where several share a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiheng.plans.compiler.lexicon import pattern
from zhiheng.plans.compiler.times import Mark

_OPENERS = re.compile(
    r"^(?:(?:全[市省区县国])?[现共已]有|年内|全年|当年|本年度|[、,;:。()—―\-·.\"'《]|和|及|与|以及|并且|并|且|其中|确保|力争|争取|努力|保证|保障|实现|使得|使|促使|推动|促进|推进|要|将|把|对|让|"
    r"逐步|基本|总体|累计|到|至|在|达到|达|全面|进一步|同时|并使|其|即|以|由|从|所有|各级|大力|积极|加快|着力|重点|切实|稳步|"
    r"(?:一|二|三|四|五|六)是|预期|预计|计划|目标|分别|按|年|底|末|前|的|区域内|区内|辖区内|不断|持续|再|新的|有序|有效|确定|向社会)"
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
    r"(?:(?<![占对环同])比(?![重例率])|较|与|同(?!比)|(?<![理事])由|从|自)[^,，]{0,16}?$"
)
_LEVEL = re.compile(
    r"(?:国家|全国|国际|县城|省|自治区|市|县|区|乡镇|农村|城市|城镇|地方|行业|团体)级?"
)
_AND = re.compile(r"以及|[、和及与,]")


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
    phrase = re.sub(r"达到?(?=每[百千万亿]{0,2}[^,]{1,3}$)", "", phrase)
    phrase = re.sub(r"^[一二三四五六七八九十\d]{1,2}年(?:来|间|共)?$", "", phrase)
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


def is_rate(phrase: str) -> bool:
    return pattern(r"{rates}(?:\([^()]*\))?$").search(phrase) is not None


def is_level(phrase: str) -> bool:
    """国家级, 省级: which of the things counted before."""
    return _LEVEL.fullmatch(phrase) is not None


def is_generic(phrase: str) -> bool:
    """A head that says nothing of what is measured."""
    return (
        pattern("^(?:总体|综合|平均|顾客|用户|群众|消费者|人民群众)?{short_heads}$").match(phrase)
        is not None
    )


def split_rates(phrase: str, *, every: bool) -> list[str]:
    """Coordinated metrics, each of which is a target.

    Args:
        every: 均, 都 or 各 says that each member counts; else only names in full do.
    """
    parts = _cut(phrase)
    if len(parts) < 2:
        return [phrase]
    grouped = _group_by_rate(parts)
    if every:
        chosen = _members(parts) if not _one_by_one(grouped) else grouped
        return completed(chosen)
    return completed(grouped) if _one_by_one(grouped) else [phrase]


def split_into(phrase: str, count: int) -> list[str] | None:
    """The phrase as ``count`` metrics of a 分别 list, None where no one way fits."""
    parts = _cut(phrase)
    texts = [part for part, _sign in parts]
    if len(texts) == count:
        return completed(texts)
    grouped = _group_by_rate(parts)
    if len(grouped) == count:
        return completed(grouped)
    for signs in ({"和", "及", "与", "以及"}, {"、"}):
        some = _join(parts, signs)
        if len(some) == count:
            return completed(some)
    return None


def completed(parts: list[str]) -> list[str]:
    """Members of a list with what they share: 城市、县城处理率 → 城市处理率, 县城处理率."""
    parts = [re.sub(r"两项|三项|各项", "", part) for part in parts]
    if len(parts) < 2:
        return parts
    last, found = parts[-1], list(parts)
    shared = _shared_end(parts[:-1], last)
    for i, part in enumerate(parts[:-1]):
        if shared and not has_head(part):
            found[i] = part + shared
    first = found[0]
    owner = first[: first.rfind("的") + 1]
    for i, part in enumerate(parts[1:], start=1):
        if owner and "的" not in part and _LEVEL.match(part):
            found[i] = owner + part
        if len(part) <= 4 and has_head(part) and has_head(first) and len(first) > len(part) + 2:
            equal = len(part) == 3 and first[-1] == part[-1] == "率"
            found[i] = (first[:-3] if equal else _stem(first)) + part
    return found


def like(previous: str, short: str) -> str:
    """A short later member after the first: 入驻主体, 产品 → 入驻产品; 国家级园, 省级 → 省级园."""
    if is_level(short) and (found := _LEVEL.search(previous)):
        return previous[: found.start()] + short + previous[found.end() :]
    if has_head(short) and len(short) == 2 and not has_head(previous):
        return previous + short
    return (
        previous[: -len(short)] + short if len(short) <= 3 < len(previous) - len(short) else short
    )


def of_another(metric: str, whose: str) -> str:
    """大中型企业认证率, 小微企业 → 小微企业认证率: what differs is replaced, else put before."""
    at = metric.find(whose[-2:]) if len(whose) >= 2 else -1
    return whose + (metric[at + 2 :] if at > 0 else metric)


def _stem(name: str) -> str:
    """A rate's name without its head: 竣工验收合格率 → 竣工验收."""
    found = pattern(
        r"(?:合格|优良|好路|优等|满意|达标|覆盖|普及|成功|及时|完成|处理|抽检)?{heads}$"
    ).search(name)
    return name[: found.start()] if found else name


def _shared_end(before: list[str], last: str) -> str:
    """What the last member says for all of them."""
    level = _LEVEL.match(last)
    if not has_head(last):
        same = level is not None and all(_LEVEL.fullmatch(part) for part in before)
        return last[level.end() :] if level is not None and same else ""
    first = before[0]
    for size in (2, 1):
        token = first[-size:]
        at = last.find(token)
        if at >= 0 and len(first) >= size and at + size < len(last) - 1:
            return last[at + size :]
    if tiers := re.match(r"[^、]{1,4}?[两三]级", last):
        return last[tiers.end() :]
    if level and level.end() < len(last) - 1:
        return last[level.end() :]
    kind = pattern("(?:重点工程|评价性|监督|抽检|抽查|监测|检测)+{heads}$").search(last)
    if kind and kind.start() > max(len(first), 1):
        return kind[0]
    alike = {len(part) for part in before} == {len(first)}
    if alike and 2 <= len(first) <= 4 and len(first) < len(last) - 2:
        return last[len(first) :]
    tail = pattern(
        "(?:重点工程|评价性|监督|建站|建档|上岗|入驻|公示|排放|消费|使用|抽检|抽查|监测|检测|处理|利用|达标|无害化处理)*{heads}$"
    ).search(last)
    return tail[0] if tail and tail.start() > 1 else ""


def _cut(phrase: str) -> list[tuple[str, str]]:
    """(member, sign before it), brackets kept whole."""
    parts: list[tuple[str, str]] = []
    depth, at, sign = 0, 0, ""
    i = 0
    while i < len(phrase):
        if phrase[i] in "(“《":
            depth += 1
        elif phrase[i] in ")”》":
            depth = max(0, depth - 1)
        elif (
            depth == 0
            and i > at
            and (found := _AND.match(phrase, i))
            and (
                not re.match(r"和谐|及时|与会|及以上", phrase[i : i + 3])
                and phrase[max(0, i - 1) : i + 1] != "以及"
            )
        ):
            parts.append((phrase[at:i], sign))
            sign, at = found[0], found.end()
            i = at
            continue
        i += 1
    parts.append((phrase[at:], sign))
    return [(text, sign) for text, sign in parts if text]


def _join(parts: list[tuple[str, str]], signs: set[str]) -> list[str]:
    """Members split at these signs only."""
    found: list[str] = []
    for text, sign in parts:
        if not found or sign in signs:
            found.append(text)
        else:
            found[-1] += sign + text
    return found


def _members(parts: list[tuple[str, str]]) -> list[str]:
    """In 甲和乙质量、丙率 the first 和 joins words: it cuts only after the last 、."""
    last = max((i for i, (_text, sign) in enumerate(parts) if sign == "、"), default=0)
    found: list[str] = []
    for i, (text, sign) in enumerate(parts):
        if not found or sign in {"、", ","} or i > last:
            found.append(text)
        else:
            found[-1] += sign + text
    return found


def _group_by_rate(parts: list[tuple[str, str]]) -> list[str]:
    """Members split only after one that ends in a rate."""
    found: list[str] = []
    for text, sign in parts:
        if not found or is_rate(found[-1]):
            found.append(text)
        else:
            found[-1] += sign + text
    return found


def _one_by_one(grouped: list[str]) -> bool:
    return len(grouped) > 1 and all(map(is_rate, grouped))
