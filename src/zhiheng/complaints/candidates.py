"""Whom and what a free text may speak of: firms by code or name, products by code or name.

Everything here proposes. A code that is written out and known settles whom the text names; a
name never does (see `zhiheng.subjects.matching`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers.gs1 import Gtin
from zhiheng.subjects.matching import Unresolved
from zhiheng.subjects.names import normalise_name

_MOST_MENTIONS = 8
_LONGEST = 24
_ENDINGS = (
    "有限责任公司|股份有限公司|有限公司|分公司|公司|合作社|超市|商场|商店|商行|专卖店|旗舰店|饭店|酒店|"
    "酒楼|餐厅|餐馆|药店|药房|诊所|医院|学校|培训中心|健身房|美容院|理发店|经营部|门市部|服务部|工厂|"
    "加油站|农贸市场|市场|物业|店|厂"
)
_NAMED = re.compile(rf"[\w()（）·&]{{2,{_LONGEST}}}?(?:{_ENDINGS})(?![\u4e00-\u9fff]?公司)")
_BEFORE = re.compile(
    r".*(?:投诉|举报|购买|消费|名叫|叫做|名为|一家|这家|那家|该家|位于|另有|还有|我|在|到|去|从|于|向|对|找|被|把|让|买|了)"
)
_USCC = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])", re.IGNORECASE)
_GTIN = re.compile(r"(?<!\d)(?:\d{8}|\d{12,14})(?!\d)")
_LEAST_LIKENESS = 80.0


@dataclass(frozen=True)
class Product:
    """A product that a text may speak of.

    ``score`` is 100 for a number whose check digit fits, else the per cent of likeness between
    the product's name and the nearest stretch of the text.
    """

    name: str
    gtin: str
    score: float


def mentions(text: str, region: str = "") -> list[Unresolved]:
    """Codes and names of firms in a text, codes first, each once.

    Args:
        region: where the case belongs; firms of that region are proposed before others.
    """
    codes = dict.fromkeys(found.upper() for found in _USCC.findall(text))
    names = dict.fromkeys(
        name for found in _NAMED.findall(text) if len(name := _trimmed(found)) > 2
    )
    found = [Unresolved(code=code, region=region) for code in codes]
    found += [Unresolved(name=name, region=region) for name in names]
    return found[:_MOST_MENTIONS]


def products(text: str, known: Sequence[str], limit: int = 5) -> list[Product]:
    """Products in a text: trade item numbers, and names of ``known`` products, best first."""
    found = [Product("", str(gtin), 100.0) for gtin in dict.fromkeys(_gtins(text))]
    normal = normalise_name(text)
    names = {normalise_name(name): name for name in known if len(name) > 1}
    near = process.extract(
        normal,
        list(names),
        scorer=fuzz.partial_ratio,
        score_cutoff=_LEAST_LIKENESS,
        limit=None,
    )
    # A name that is no longer than the text; longer ones would match any short text inside them.
    fitting = [(name, score) for name, score, _at in near if len(name) <= len(normal)]
    fitting.sort(key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))
    found += [Product(names[name], "", round(score, 1)) for name, score in fitting]
    return found[:limit]


def _trimmed(found: str) -> str:
    """A name without the words of the sentence that ran into it."""
    rest = _BEFORE.sub("", found)
    return rest if len(rest) > 2 else found


def _gtins(text: str) -> list[Gtin]:
    read = []
    for digits in _GTIN.findall(text):
        try:
            read.append(Gtin.parse(digits))
        except ContentError:
            continue
    return read
