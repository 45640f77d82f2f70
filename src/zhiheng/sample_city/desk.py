"""A living desk of complaints and reports: taken in by the ordinary doors, handled by the demo's
people, at every stage there is. It ends today, so that on whichever day the demo runs something
is due this week and something is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.utils import timezone

from zhiheng.complaints.hotline import HANDED_OVER, PARTS_OF, take_in
from zhiheng.complaints.models import Receipt
from zhiheng.complaints.submissions import submit
from zhiheng.office.actors import Actor
from zhiheng.office.progress import Progress
from zhiheng.office.words import _
from zhiheng.procedures import actions as machine
from zhiheng.procedures.filing import file_evidence
from zhiheng.procedures.models import Case
from zhiheng.sample_city.accounts import demo_actor
from zhiheng.sample_city.draws import stream
from zhiheng.sample_city.fates import COMPLAINT_FATES, REPORT_FATES, Act, Fate, Who
from zhiheng.sample_city.parties import CLERK, HEAD
from zhiheng.sample_city.vocabulary import GIVEN, SECTORS, SURNAMES
from zhiheng.sample_city.writers import write_table
from zhiheng.subjects.models import Organisation
from zhiheng.web.places import today_view

FILE = "files/热线移交投诉举报.xlsx"
_MOST, _LEAST = 260, 60
_STORIES = {
    "food": ("在“{firm}”买的{goods}打开就有霉斑，保质期还没有过。", ("酱油", "糕点", "酸奶")),
    "product": ("在“{firm}”买的{goods}用了三天就坏了。", ("电热水壶", "旅行箱", "台灯")),
    "service": ("在“{firm}”预付的{goods}还没有用完就停业。", ("会员费", "储值卡", "套餐")),
    "contract": ("在“{firm}”交了{goods}的定金，到期不交货。", ("家具", "维修", "定制服装")),
    "price": ("“{firm}”标价和收款不一致，{goods}每件多收八元。", ("水果", "卤味", "茶叶")),
}
_TOPICS = {
    "food_maker": ("food",),
    "catering": ("food", "food", "service", "price"),
    "retail": ("product", "food", "price"),
    "consumer_maker": ("product", "product", "contract"),
    "consumer_service": ("service", "contract"),
}
"""What is complained of in each trade that sells to consumers."""


@dataclass(frozen=True)
class Submission:
    """One submission as it is drawn.

    Attributes:
        parts: complaint, report or both.
        by_hotline: a row of the hot-line's file; else the public's own form.
        into: number of the submission that it says again.
    """

    number: str
    day: date
    parts: str
    by_hotline: bool
    answers: Mapping[str, str]
    fate: Fate
    into: str = ""


def work_the_desk(folder: Path, seed: int, scale: float, progress: Progress) -> int:
    """Hand in and handle some hundred submissions; returns how many. A second run adds none."""
    if Receipt.objects.exists():
        return 0
    drawn = draw(seed, scale, timezone.localdate())
    rows = [each for each in drawn if each.by_hotline]
    write_table(folder / FILE, _table(rows))
    take_in(demo_actor(CLERK), folder / FILE, progress)
    progress.start(len(drawn), _("办理投诉举报"))
    people = {
        Who.CLERK: demo_actor(CLERK),
        Who.HEAD: demo_actor(HEAD),
        Who.SENDER: Actor.public(),
    }
    cases: dict[str, int] = {}
    for each in drawn:
        case = _case_of(each)
        cases[each.number] = case.pk
        for act in each.fate.acts:
            machine.take_step(
                people[act.who],
                case.pk,
                act.step,
                _answers(act, each.day),
                day=each.day + timedelta(days=act.after),
                into=cases[each.into] if act.step == "merge" else None,
                bearer=act.who is Who.SENDER,
            )
        progress.step()
    file_evidence(Actor.system())
    return len(drawn)


def _case_of(each: Submission) -> Case:
    """The case that the hot-line's row opened, or the one that the public opens now."""
    if each.by_hotline:
        return Receipt.objects.get(case__key=machine.key_of(demo_actor(CLERK), each.number)).case
    given = {**each.answers, "channel": "web"}
    return submit(Actor.public(), given, PARTS_OF[each.parts], each.number, day=each.day).case


def _answers(act: Act, received: date) -> dict[str, Any]:
    """What a step says; a day is written as so many days after receipt."""
    return {
        name: received + timedelta(days=value) if name.endswith("_on") else value
        for name, value in act.answers.items()
    }


def draw(seed: int, scale: float, today: date) -> list[Submission]:
    """The submissions in the order of their receipt; each fate is drawn at least once."""
    rng = stream(seed, "desk")
    count = max(_LEAST, round(_MOST * min(scale, 1.0)))
    fates = [
        *(("complaint", fate) for fate in COMPLAINT_FATES),
        *(("report", fate) for fate in REPORT_FATES),
    ]
    shares = np.array([fate.share for _parts, fate in fates], dtype=float)
    more = rng.choice(len(fates), count - len(fates), p=shares / shares.sum())
    firms = _firms(rng, count)
    drawn = []
    for place, which in enumerate([*range(len(fates)), *more]):
        parts, fate = fates[which]
        age = int(rng.integers(fate.age[0], fate.age[1] + 1))
        young_and_open = parts == "complaint" and not fate.acts
        if young_and_open and age < 7 and rng.random() < 0.3:
            parts = "both"
        drawn.append(
            Submission(
                number=f"RX-{place:05d}",
                day=today - timedelta(days=age),
                parts=parts,
                by_hotline=bool(rng.random() < 0.6),
                answers=_story(firms[place], fate, rng),
                fate=fate,
            )
        )
    drawn.sort(key=lambda each: (each.day, each.number))
    return _said_again(drawn)


def _firms(rng: np.random.Generator, count: int) -> list[Organisation]:
    """Firms of today's districts; a few are complained of again and again."""
    places = [v.key for v in today_view() if v.level in {"district", "unit"}]
    known = Organisation.objects.filter(region__in=places, uscc__isnull=False, valid_to=None)
    firms = [firm for firm in known.order_by("uscc") if _trade(firm)]
    often = rng.permutation(len(firms))[: max(3, len(firms) // 30)]
    wanted = np.where(
        rng.random(count) < 0.3, rng.choice(often, count), rng.integers(0, len(firms), count)
    )
    return [firms[at] for at in wanted]


def _trade(firm: Organisation) -> str:
    """Its trade by its name; "" where consumers seldom buy of it."""
    said = (s.code for s in SECTORS if any(word in firm.normal for word in s.words))
    return next((code for code in said if code in _TOPICS), "")


def _story(firm: Organisation, fate: Fate, rng: np.random.Generator) -> dict[str, str]:
    """What the sender writes; half know the code of the firm."""
    topic = str(rng.choice(_TOPICS[_trade(firm)]))
    text, goods = _STORIES[topic]
    amount = round(float(rng.lognormal(5, 1)), 2)
    said = {
        "account": text.format(firm=firm.normal, goods=rng.choice(goods))
        + f"花了{amount:.2f}元，{rng.choice(['上周', '前天', '月初', '节前'])}买的，有小票。",
        "claim": str(rng.choice(["退款", "退货退款", "更换", "退款并赔偿"])),
        "complainant": f"{rng.choice(SURNAMES)}{rng.choice(GIVEN)}",
        "phone": f"100{rng.integers(0, 10**8):08d}",
        "respondent": firm.normal,
        "trade": "offline",
        "topic": topic,
        "business_region": firm.region or "",
        "amount": f"{amount:.2f}",
    }
    if rng.random() < 0.5:
        said["respondent_code"] = firm.uscc or ""
    if fate.real_name:
        said["real_name"] = "是"
    return said


def _said_again(drawn: list[Submission]) -> list[Submission]:
    """Those that repeat an earlier one say what the last one still in mediation said."""
    found: list[Submission] = []
    for each in drawn:
        if each.fate.repeats:
            first = next(e for e in reversed(found) if [a.step for a in e.fate.acts] == ["accept"])
            again = {**first.answers, "account": f"再次反映：{first.answers['account']}"}
            each = replace(each, answers=again, into=first.number)
        found.append(each)
    return found


def _table(rows: list[Submission]) -> pl.DataFrame:
    """The hot-line's file, under the titles of its template."""
    titles = {column.name: column.zh for column in HANDED_OVER.columns}
    channels = ("12345", "12315")
    said = [
        {
            "number": each.number,
            "region": each.answers["business_region"],
            "occurred_on": each.day.isoformat(),
            "parts": each.parts,
            "channel": channels[place % len(channels)],
            **each.answers,
        }
        for place, each in enumerate(rows)
    ]
    names = [name for name in titles if any(name in row for row in said)]
    return pl.DataFrame(
        {titles[name]: [row.get(name) for row in said] for name in names},
        schema={titles[name]: pl.String for name in names},
    )
