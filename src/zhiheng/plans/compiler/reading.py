"""The pipeline: text in, everything read out of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from zhiheng.office.words import _
from zhiheng.plans.compiler.blocks import Block, blocks
from zhiheng.plans.compiler.canon import LOST, as_written, canonical
from zhiheng.plans.compiler.clauses import Node, Place, arrange, as_clauses
from zhiheng.plans.compiler.deadlines import governing_year
from zhiheng.plans.compiler.frames import frame_of
from zhiheng.plans.compiler.head import read_head
from zhiheng.plans.compiler.linking import link
from zhiheng.plans.compiler.markers import inline_openings, marker_at
from zhiheng.plans.compiler.memory import Promise
from zhiheng.plans.compiler.model import Document, Reading, Responsibility, Target, Warning
from zhiheng.plans.compiler.promises import read_promises
from zhiheng.plans.compiler.remarks import remarks
from zhiheng.plans.compiler.responsibilities import named_in_columns, read_responsibilities
from zhiheng.plans.compiler.scopes import (
    Governing,
    Scopes,
    label_of,
    list_year,
    may_announce,
    subject_of,
    tells_of_past,
)
from zhiheng.plans.compiler.sentences import Sentence, compact, sentences
from zhiheng.plans.compiler.table_figures import figures
from zhiheng.plans.compiler.tables import Table, as_rows, find_tables
from zhiheng.plans.compiler.tasks import read_tasks
from zhiheng.plans.compiler.tenses import Telling
from zhiheng.plans.compiler.times import Frame, Mark, marks


def read_plan(text: str, name: str = "") -> Reading:
    """Everything that a government plan promises, with its place in the text.

    Args:
        text: the plain text of the document; all offsets refer to it.
        name: how the reading calls the document.
    """
    canon = canonical(text)
    found = blocks(canon)
    document, head_end = read_head(canon, found)
    frame = frame_of(document, canon)
    known = find_tables(canon, found, frame)
    nodes, places = arrange(canon, as_rows(found, known), head_end)
    reader = _Reader(text, canon, document, frame, {table.start: table for table in known})
    reader.read(places)
    in_tables = frozenset().union(*(table.blocks for table in known))
    said = read_responsibilities(text, canon, places, in_tables)
    every = sorted([*said, *reader.charged], key=lambda r: r.start)
    responsibilities = tuple(_named_as_written(item, reader.signs) for item in every)
    tasks = read_tasks(text, canon, nodes, responsibilities, frame)
    return Reading(
        name=name,
        text=text,
        document=document,
        clauses=as_clauses(nodes),
        targets=tuple(sorted(reader.targets, key=lambda t: t.start)),
        responsibilities=responsibilities,
        tasks=tasks,
        warnings=tuple([*reader.warnings, *remarks(canon, reader.targets)]),
    )


def _named_as_written(item: Responsibility, signs: dict[int, str]) -> Responsibility:
    lead = tuple(name.translate(signs) for name in item.lead)
    return replace(item, lead=lead, support=tuple(name.translate(signs) for name in item.support))


class _Reader:
    """Reads the blocks in order; keeps targets and warnings."""

    def __init__(
        self, text: str, canon: str, document: Document, frame: Frame, known: dict[int, Table]
    ) -> None:
        self.text, self.canon, self.frame, self.known = text, canon, frame, known
        self.scopes = Scopes(self.frame)
        self.scopes.entitle(document.title)
        self.telling = Telling(frame.issued)
        self.signs = as_written(text, canon)
        self.targets: list[Target] = []
        self.charged: list[Responsibility] = []
        self.warnings: list[Warning] = []

    def read(self, places: list[Place]) -> None:
        rest: list[Place] = []
        in_tables = frozenset().union(*(table.blocks for table in self.known.values()))
        for place in places:
            if place.block.start in in_tables:
                self._rows(rest)
                rest = []
                if table := self.known.get(place.block.start):
                    self._table(place.node, table)
                continue
            if place.block.row:
                rest.append(place)
                continue
            self._rows(rest)
            rest = []
            self._paragraph(place)
        self._rows(rest)

    def _paragraph(self, place: Place) -> None:
        block, node = place.block, place.node
        opens = node is not None and node.start == block.start
        if node is not None and opens:
            self.scopes.enter(
                node, self.canon[block.body : block.end] if place.heading else node.title
            )
        self.scopes.end_paragraph(self.canon[block.body : block.end])
        label = label_of(self.canon[block.body : block.end])
        if self.scopes.is_past(node) or tells_of_past(label):
            return
        subject = subject_of(node.title if node is not None and opens else label)
        self._text(place, block.body, block.end, subject)
        whole = compact(self.canon, block.body, block.end).text
        if may_announce(whole):
            self.scopes.announce(place, whole, marks(whole, self.frame))

    def _text(self, place: Place, start: int, end: int, subject: str) -> None:
        carried: Governing | None = None
        listed: Governing | None = None
        metric = ""
        self.telling.begin(place)
        for number, sentence in enumerate(sentences(self.canon, start, end)):
            found = marks(sentence.text, self.frame)
            dated = bool(carried or self.scopes.outside(place.node) or self.frame.annual)
            listed = listed or list_year(sentence.text, found)
            if self.telling.hear(sentence.text, found, dated=dated):
                carried = None
                continue
            first = number == 0 or (number == 1 and carried is None)
            self.scopes.introduce(place, sentence, found, first)
            metric = self._sentence(place.node, sentence, found, carried, subject, metric)
            own = [m for m in found if m.kind in {"target", "open"}]
            carried = Governing(own[-1].year, own[-1].inferred) if own else listed

    def _sentence(
        self,
        node: Node | None,
        sentence: Sentence,
        found: list[Mark],
        carried: Governing | None,
        subject: str,
        metric: str,
    ) -> str:
        """Takes the targets of a sentence; gives the metric it spoke of last."""
        last = ""
        for said in read_promises(sentence, found, subject, metric):
            a, b = sentence.span(said.start, said.end)
            if not isinstance(said, Promise):
                self.warnings.append(
                    Warning(
                        "plan.list_mismatch",
                        _("“{metric}”与所列数值的个数对不上，没有读出。", metric=said.why),
                        a,
                        b,
                    )
                )
                continue
            last = said.metric
            outside = carried or self.scopes.outside(node) or Governing(self.frame.annual)
            when = governing_year(sentence.text, found, said, outside)
            if when is not None:
                self.targets.append(self._target(node, a, b, said, when))
        return last

    def _table(self, node: Node | None, table: Table) -> None:
        """Rows of indicators; without a year they are due when the plan ends."""
        last = self.frame.period[1] if self.frame.period else None
        outside = self.scopes.outside(node) or Governing(last)
        past = self.scopes.is_past(node)
        for a, b in table.unread:
            said = _("表中“{row}”的数字连在一起，有不止一种读法，没有读出。", row=self.text[a:b])
            self.warnings.append(Warning("plan.flat_table", said, a, b))
        for row in table.rows:
            for figure in figures(row) if not past else ():
                when = outside if figure.year is None else Governing(figure.year)
                promise = Promise(0, 0, figure.quantity, figure.metric, figure.op)
                self.targets.append(self._target(node, figure.start, figure.end, promise, when))
            said_of = [(self.canon[cell.start : cell.end], head) for cell, head in row.who]
            if said_of and (roles := named_in_columns(said_of)):
                a, b = row.who[0][0].start, row.who[-1][0].end
                clause = node.id if node is not None else None
                self.charged.append(Responsibility(self.text[a:b], a, b, *roles, clause))

    def _target(self, node: Node | None, a: int, b: int, said: Promise, when: Governing) -> Target:
        q = said.quantity
        metric = said.metric.replace(LOST, "")
        code, leads = link(metric, q.unit)
        value = None if q.value is None else float(q.value)
        rate = q.damaged and q.only_hundred and said.op in {">=", "="}
        return Target(
            text=self.text[a:b],
            start=a,
            end=b,
            metric=metric.translate(self.signs),
            op=said.op,
            value=value,
            value_max=None if q.value_max is None else float(q.value_max),
            unit="" if q.unit == "番" else q.unit.translate(self.signs),
            deadline=when.year,
            damaged=q.damaged,
            inferred_value=100.0 if rate else None,
            deadline_inferred=when.inferred,
            metric_damaged=LOST in said.metric,
            indicator=code,
            link=leads,
            clause=node.id if node is not None else None,
        )

    def _rows(self, rows: list[Place]) -> None:
        """A run of table rows: a table of indicators, or text in cells."""
        if not rows:
            return
        node = rows[0].node
        if self.scopes.is_past(node):
            return
        label = ""
        for place in rows:
            label = ""
            for start, end in _cells(self.canon, place.block):
                text = self.canon[start:end].strip(" ?？�")
                for a, b in _parts(self.canon, start, end):
                    self._text(place, a, b, subject_of(label))
                if 2 <= len(text) <= 16 and not any(s in text for s in "。,;"):
                    label = text


def _cells(canon: str, block: Block) -> Iterator[tuple[int, int]]:
    start = block.start
    for i in range(block.start, block.end + 1):
        if i == block.end or canon[i] == "|":
            if canon[start:i].strip():
                yield start, i
            start = i + 1


def _parts(canon: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The numbered parts of a cell, each without its number."""
    cuts = [0, *inline_openings(canon[start:end]), end - start]
    for a, b in pairwise(cuts):
        piece = canon[start + a : start + b]
        begin = start + a + len(piece) - len(piece.lstrip())
        marker = marker_at(piece.strip())
        yield begin + (len(marker.text) if marker else 0), start + b
