"""Coordinated metrics: split where each is a target, completed with what they share."""

from __future__ import annotations

import re

from zhiheng.plans.compiler import phrases
from zhiheng.plans.compiler.lexicon import pattern

_THRESHOLD = re.compile(r"\d[\d.]*[万亿]*[^\d的]{0,3}(?=的|$)")
_AND = re.compile(r"以及|[、和及与,]")


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
        return _by_threshold(texts) or completed(texts)
    grouped = _group_by_rate(parts)
    if len(grouped) == count:
        return completed(grouped)
    for signs in ({"和", "及", "与", "以及"}, {"、"}):
        some = _join(parts, signs)
        if len(some) == count:
            return completed(some)
    return None


def _by_threshold(parts: list[str]) -> list[str] | None:
    """收入超过100亿元、50亿元的企业: each with the words around the threshold."""
    first, last = _THRESHOLD.search(parts[0]), _THRESHOLD.match(parts[-1])
    if first is None or last is None or not all(map(_THRESHOLD.match, parts[1:])):
        return None
    before, after = parts[0][: first.start()], parts[-1][last.end() :]
    return [f"{before}{found[0]}{after}" for part in parts if (found := _THRESHOLD.search(part))]


def completed(parts: list[str]) -> list[str]:
    """Members of a list with what they share: 城市、县城处理率 → 城市处理率, 县城处理率."""
    parts = [re.sub(r"两项|三项|各项", "", part) for part in parts]
    if len(parts) < 2:
        return parts
    last, found = parts[-1], list(parts)
    shared = _shared_end(parts[:-1], last)
    for i, part in enumerate(parts[:-1]):
        if shared and not phrases.has_head(part):
            found[i] = part + shared
    first = found[0]
    owner = first[: first.rfind("的") + 1]
    for i, part in enumerate(parts[1:], start=1):
        if owner and "的" not in part and phrases.LEVEL.match(part):
            found[i] = owner + part
        if (
            len(part) <= 4
            and phrases.has_head(part)
            and phrases.has_head(first)
            and len(first) > len(part) + 2
        ):
            equal = len(part) == 3 and first[-1] == part[-1] == "率"
            found[i] = (first[:-3] if equal else _stem(first)) + part
    return found


def like(previous: str, short: str) -> str:
    """A short later member after the first: 入驻主体, 产品 → 入驻产品; 国家级园, 省级 → 省级园."""
    if phrases.is_level(short) and (found := phrases.LEVEL.search(previous)):
        return previous[: found.start()] + short + previous[found.end() :]
    if phrases.has_head(short) and len(short) == 2 and not phrases.has_head(previous):
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
    level = phrases.LEVEL.match(last)
    if not phrases.has_head(last):
        same = level is not None and all(phrases.LEVEL.fullmatch(part) for part in before)
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
    names = [part[part.rfind("的") + 1 :] for part in before]
    alike = {len(name) for name in names} == {len(names[0])}
    if alike and len(names[0]) <= 4 and len(names[0]) < len(last) - 2:
        return last[len(names[0]) :]
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
        if not found or phrases.is_rate(found[-1]):
            found.append(text)
        else:
            found[-1] += sign + text
    return found


def _one_by_one(grouped: list[str]) -> bool:
    return len(grouped) > 1 and all(map(phrases.is_rate, grouped))
