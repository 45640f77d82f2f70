"""What holds for a sentence from outside it: the year that governs, what is past, the subject."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zhiheng.plans.compiler.canon import is_strange
from zhiheng.plans.compiler.clauses import Node, Place
from zhiheng.plans.compiler.lexicon import pattern, words
from zhiheng.plans.compiler.sentences import Sentence
from zhiheng.plans.compiler.times import Frame, Mark, marks

_INTRODUCES = re.compile(
    r"(?:[:：]|如下|以下(?:标准|目标|指标|要求|任务)?)[。:：]?$|^[^,;]{0,12},?[^,;]{0,24}目标\d?$"
)
# A list that is introduced as the plan's own is due when the plan ends.
_OF_THE_PLAN = re.compile(r"(?:指标|目标)(?:为|是|有|如下|包括)?[:：]|(?:指标|目标)如下")
_LIST = re.compile(r"(?:目标|指标|任务)(?:主要)?(?:为|是|有|如下|包括)?[:,](?!$)")
# 公布2026年为民办实事项目。包括……
_LISTED = re.compile(
    r"(?<=年)[^,。;:\d]{2,20}(?:项目|任务|清单|举措|(?:[两三四五]类|以下|下列|主要|具体|定量)目标)(?:如下)?[。:]$"
)
_AIMS_OF = re.compile(r"[^,。;:\d]{0,14}(?:目标|指标)(?!责任|考核)")
_FIGURE = re.compile(r"\d(?!\d*[月日])|百分之|[一二三四五六七八九]成")
_OPENS_WITH_YEAR = re.compile(
    r"(?:[^,。;:]{2,16}[。:])?(?:力争|通过努力,)?[到至]?(?:[“二]|(?:19|20)\d\d|十)"
)
_LABEL = re.compile(r"^([^,，。;；:：]{2,16})[。:：]")


@dataclass
class Governing:
    """A year said outside the sentence; ``year`` None where it is open (20XX)."""

    year: int | None
    inferred: bool = False


@dataclass
class Scopes:
    """Keeps, while a document is read in order, what each clause says for its inside."""

    frame: Frame
    years: dict[str, Governing] = field(default_factory=dict)
    past: set[str] = field(default_factory=set)
    last_paragraph: int = -1
    carried: Governing | None = None
    aim: tuple[Node | None, Governing] | None = None
    past_list: bool = False
    past_kind: tuple[str, str] | None = None

    def entitle(self, title: str | None) -> None:
        """The year that a title names in brackets: 指标表（2025年）."""
        if title and (found := re.search(r"\(((?:19|20)\d\d)年?\)", title)):
            self.years[""] = Governing(int(found[1]))

    def enter(self, node: Node, title: str) -> None:
        """A clause begins: its title may name a year, or say that it tells of the past."""
        family = (node.parent.id if node.parent else "", node.kind)
        if self.past_list:
            self.past_kind = family
        self.past_list = False
        if tells_of_past(node.title) or family == self.past_kind:
            self.past.add(node.id)
        elif self.past_kind and not family[0].startswith(self.past_kind[0]):
            self.past_kind = None
        if title and len(title) <= 60:
            self._govern(node.id, marks(title, self.frame), title)
        if node.title.endswith("指标") and self.frame.ends and node.id not in self.years:
            self.years[node.id] = Governing(self.frame.ends)

    def _govern(self, key: str, found: list[Mark], text: str) -> None:
        chosen = [m for m in found if m.kind in {"target", "open"} and not _is_plan_name(text, m)]
        if chosen:
            self.years[key] = Governing(chosen[-1].year, chosen[-1].inferred)

    def is_past(self, node: Node | None) -> bool:
        return node is not None and any(n.id in self.past for n in node.path)

    def introduce(self, place: Place, sentence: Sentence, found: list[Mark], first: bool) -> None:
        """A sentence that opens a list, or a chapter of aims, gives its year to what follows."""
        node = place.node
        key = node.id if node is not None else ""
        target = [m for m in found if m.kind in {"target", "open"}]
        if (aim := _plan_aims(sentence.text, target)) is not None:
            self.aim = (node, aim)
        if not target:
            if self.frame.ends and _OF_THE_PLAN.search(sentence.text):
                self.years.setdefault(key, Governing(self.frame.ends))
            return
        opens = _INTRODUCES.search(sentence.text) is not None
        aims = node is not None and first and pattern("{aim_titles}").search(node.title) is not None
        # 二、创建目标2025年底前，……: a title that runs into its first sentence.
        runs_on = target[0].start <= 16 and pattern("{aim_titles}$").search(
            sentence.text[: target[0].start].rstrip("到至")
        )
        if opens or (aims and target[0].start <= 1) or (first and node is not None and runs_on):
            self.years[key] = Governing(target[-1].year, target[-1].inferred)
            above = node.parent if node is not None and "总体" in node.title else None
            if above is not None and above.id and pattern("{aim_titles}").search(above.title):
                self.years.setdefault(above.id, self.years[key])

    def end_paragraph(self, text: str) -> None:
        """A paragraph that ends in 完成情况如下： makes the list after it one of the past."""
        last = re.split(r"[。;]", text.rstrip("。 "))[-1]
        self.past_list = pattern("{past_titles}(?:如下)?:$").search(last) is not None

    def announce(self, place: Place, text: str, found: list[Mark]) -> None:
        """A paragraph of aims, or one that only says until when, dates the unnumbered ones after.

        Args:
            text: the paragraph without blanks.
        """
        years = {m.year for m in found if m.kind == "target"}
        first = next((m for m in found if m.kind == "target"), None)
        if first is None or len(years) != 1:
            return
        label = _LABEL.match(text)
        begin = label.end() if label else 0
        aims = label is not None and pattern("{aim_titles}").search(label[1]) is not None
        blind = text[: first.start] + text[first.end :]
        if text[begin : first.start] in {"", "到", "至", "力争到", "通过努力,到"} and (
            aims or not any(sign.isdigit() or sign == "%" for sign in blind)
        ):
            self.aim = (place.node, Governing(first.year, first.inferred))

    def outside(self, node: Node | None) -> Governing | None:
        """The year of the innermost clause that names one."""
        for clause in node.path if node is not None else ():
            if clause.id in self.years:
                return self.years[clause.id]
        if self.aim is not None:
            above = node.parent if node is not None and node.kind == "dash" else node
            if self.aim[0] in (node, above if above is None or above.id else None):
                return self.aim[1]
        return self.years.get("")


def _plan_aims(text: str, target: list[Mark]) -> Governing | None:
    """确定了“十五五”期间的主要目标: the year of the aims that a sentence without figures names."""
    if len(target) != 1 or _FIGURE.search(text[: target[0].start] + text[target[0].end :]):
        return None
    named = _AIMS_OF.match(text, target[0].end)
    return Governing(target[0].year, target[0].inferred) if named else None


def list_year(text: str, found: list[Mark]) -> Governing | None:
    """The year of a list that begins in a sentence: 2025年的具体目标是：……。……。"""
    begins = _LIST.search(text) or _LISTED.search(text)
    said = [m for m in found if begins and m.end <= begins.start() and m.kind == "target"]
    return Governing(said[-1].year, said[-1].inferred) if said else None


def may_announce(text: str) -> bool:
    """True of a paragraph that opens with a year, perhaps behind a label."""
    return _OPENS_WITH_YEAR.match(text) is not None


def label_of(text: str) -> str:
    """The words that open a paragraph as its subject: 水利工程。单元工程合格率……"""
    found = _LABEL.match(text)
    return re.sub(r"^[(（]?\d*[)）.、]?", "", found[1]) if found else ""


def subject_of(label: str) -> str:
    """What a label speaks of; a stage, the word for aims, or what is to be done is no subject."""
    label = re.sub(r"\([^()]*\)", "", label)
    if re.search(
        r"[\d]|台阶|阶段|[一二三]步|目标|指标|要求|方面|措施|^(?:其中|即|如|例如|包括|注|同时|一是|二是|三是)",
        label,
    ):
        return ""
    acts = pattern("^{actions}|{action_ends}$").search(label)
    return "" if acts else label


def tells_of_past(label: str) -> bool:
    """True of the title of a chapter on what was reached; its last sign may be a damaged one."""
    if pattern("{aim_titles}|成效[^,]{0,4}(?:增强|提[高升]|改善)").search(label):
        return False
    if label and is_strange(label[-1]):
        return any(label[:-1].endswith(word[:-1]) for word in words("past_titles"))
    return pattern("{past_titles}").search(label) is not None


def _is_plan_name(text: str, mark: Mark) -> bool:
    """The year of a title such as 2025年工作要点 is the plan's name, not a date."""
    return pattern("^[^,]{0,20}?{plan_names}$").match(text[mark.end :]) is not None
