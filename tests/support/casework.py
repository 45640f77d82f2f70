"""A year of complaints, handled by simulated staff; what must come out is known beforehand.

Everything is drawn first: when each comes in, when it is accepted, tested, ended and how. The
truth about limits is then counted day by day, without the machine's calendar or clocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from chinese_calendar.constants import holidays, workdays

from support.complaints import COMPLAINT, EAST, WEST
from zhiheng.complaints.routing import Matter
from zhiheng.complaints.submissions import submit
from zhiheng.office.actors import Actor
from zhiheng.procedures import actions as machine

NEW_LAW = date(2026, 4, 15)
FIRST, LAST = date(2025, 10, 1), date(2026, 9, 30)
"""A year across the change of law."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """What will happen to one complaint; days that are None never come."""

    number: int
    region: str
    received: date
    decided: date | None
    accepted: bool
    tested: tuple[date, date] | None
    ended: date | None
    outcome: str
    recovered: float
    rating: int | None

    @property
    def accept_due(self) -> date:
        return _after(self.received, 7, working=True)

    @property
    def mediation_due(self) -> date | None:
        """The last day of mediation, the days at testing left out."""
        if not (self.accepted and self.decided):
            return None
        working = self.received < NEW_LAW
        limit = 45 if working else 60
        if self.tested is None:
            return _after(self.decided, limit, working=working)
        out, back = self.tested
        used = _count(self.decided, out, working=working)
        if used > limit or (used == limit and not _is_working(out) and working):
            return _after(self.decided, limit, working=working)
        return _after(back, limit - used, working=working)


def _is_working(day: date) -> bool:
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def _after(start: date, days: int, *, working: bool) -> date:
    day = start
    while days > 0:
        day += _DAY
        days -= 1 if not working or _is_working(day) else 0
    return day


def _count(start: date, end: date, *, working: bool) -> int:
    span = [start + n * _DAY for n in range(1, (end - start).days + 1)]
    return sum(not working or _is_working(day) for day in span)


def draw(count: int, seed: int) -> list[Story]:
    """Stories in the order of their receipt."""
    rng = np.random.default_rng(seed)
    days = sorted(int(d) for d in rng.integers(0, (LAST - FIRST).days + 1, count))
    return [_story(n, FIRST + d * _DAY, rng) for n, d in enumerate(days)]


def _story(number: int, received: date, rng: np.random.Generator) -> Story:
    region = EAST if rng.random() < 0.6 else WEST
    decided = received + int(rng.integers(0, 16)) * _DAY
    accepted = bool(rng.random() < 0.85)
    if decided > LAST:
        return Story(number, region, received, None, False, None, None, "", 0.0, None)
    if not accepted:
        return Story(number, region, received, decided, False, None, None, "refused", 0.0, None)
    tested, at = None, decided
    if rng.random() < 0.2:
        out = decided + int(rng.integers(0, 20)) * _DAY
        back = out + int(rng.integers(1, 40)) * _DAY
        tested, at = (out, back), back
        if back > LAST:
            return Story(number, region, received, decided, True, None, None, "", 0.0, None)
    ended = at + int(rng.integers(0, 100)) * _DAY
    if ended > LAST:
        return Story(number, region, received, decided, True, tested, None, "", 0.0, None)
    outcome = str(rng.choice(["agree", "terminate", "withdraw"], p=[0.6, 0.3, 0.1]))
    recovered = round(float(rng.lognormal(5, 1)), 2) if outcome == "agree" else 0.0
    rating = int(rng.integers(1, 6)) if outcome == "agree" and rng.random() < 0.5 else None
    return Story(number, region, received, decided, True, tested, ended, outcome, recovered, rating)


def handle(stories: list[Story], staff: dict[str, Actor]) -> dict[int, int]:
    """Let the staff do what the stories say; case id by the story's number."""
    return {story.number: _handle(story, staff) for story in stories}


def _handle(story: Story, staff: dict[str, Actor]) -> int:
    clerk = staff["east" if story.region == EAST else "west"]
    given = {
        **COMPLAINT, "business_region": story.region, "email": "",
        "account": f"第{story.number}件，要求退款。",
    }  # fmt: skip
    public = Actor.public()
    one = frozenset({Matter.COMPLAINT})
    sent = submit(public, given, one, f"story-{story.number}", day=story.received)
    number = sent.case.pk
    if story.decided is None:
        return number
    if not story.accepted:
        refused = {"ground": "not_ours", "reason": "不属于本部门职责"}
        machine.take_step(clerk, number, "refuse", refused, day=story.decided)
        return number
    machine.take_step(clerk, number, "accept", day=story.decided)
    if story.tested:
        out, back = story.tested
        asked = {"tested": "testing", "testing_body": "质检院"}
        machine.take_step(clerk, number, "send_to_test", asked, day=out)
        machine.take_step(clerk, number, "test_back", {"test_result": "合格"}, day=back)
    if story.ended is None:
        return number
    match story.outcome:
        case "agree":
            terms = {"terms": "退款", "recovered": story.recovered}
            machine.take_step(clerk, number, "agree", terms, day=story.ended)
        case "terminate":
            reason = {"reason": "双方分歧大"}
            machine.take_step(clerk, number, "terminate", reason, day=story.ended)
            machine.take_step(clerk, number, "tell_end", day=story.ended)
        case _:
            machine.take_step(public, number, "withdraw", day=story.ended, bearer=True)
    if story.rating:
        rating = {"rating": story.rating}
        machine.take_step(public, number, "rate", rating, day=story.ended, bearer=True)
    return number
