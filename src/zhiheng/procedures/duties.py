"""What nobody has to remember: reminders, limits that ran out, letters to send, evidence to file.

A worker makes these rounds. Everything they do is written so that doing it again does nothing:
a worker killed anywhere goes on where the record says, not where it was.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.jobs import every_round
from zhiheng.office.locks import held_if_free
from zhiheng.office.turns import in_turn
from zhiheng.procedures import letters
from zhiheng.procedures.clocks import Reading, attention
from zhiheng.procedures.filing import file_evidence, is_due
from zhiheng.procedures.holding import Held, hold, number_of
from zhiheng.procedures.models import CaseClock
from zhiheng.procedures.recording import happen, next_entry
from zhiheng.procedures.sending import send_letters
from zhiheng.procedures.steps import take_by_machine
from zhiheng.procedures.timeline import EXPIRED

_AT_ONCE = 200


@every_round
def make_round() -> None:
    """Look after clocks, letters and evidence; at any time one worker of a home does."""
    with held_if_free(current().staging / "procedures.lock") as free:
        if free is None:
            return
        look_after_clocks()
        send_letters()
        if is_due():
            file_evidence(Actor.system())


def look_after_clocks(now: datetime | None = None) -> int:
    """Remind and tell of every clock whose time has come; returns how many were looked at."""
    now = timezone.localtime(now)
    looked = 0
    while ids := _waiting(now):
        for clock_id in ids:
            _look(clock_id, now)
        looked += len(ids)
    return looked


def _waiting(now: datetime) -> list[int]:
    found = CaseClock.objects.filter(attention_at__lte=now).order_by("attention_at", "id")
    return list(found.values_list("id", flat=True)[:_AT_ONCE])


@in_turn
def _look(clock_id: int, now: datetime) -> None:
    """Whatever one clock asks for at a moment, once."""
    stored = CaseClock.objects.filter(id=clock_id).first()
    if stored is None:
        return
    held = hold(stored.case_id)
    clock = held.procedure.clock_of[stored.code]
    reading = held.standing.readings[stored.code]
    if reading.overdue(now):
        _expire(held, reading, now)
    elif reading.due_on is not None and clock.warn:
        occasion = f"{clock.code} {_due(reading)} {stored.attention_at or now:%Y-%m-%d %H:%M}"
        letters.write(held, clock.reminder, occasion, reading)
    # The machine's step may have changed the clock since.
    reading = held.standing.readings[stored.code]
    following = attention(clock, reading, held.calendar, now)
    CaseClock.objects.filter(id=clock_id).update(attention_at=following)


def _expire(held: Held, reading: Reading, now: datetime) -> None:
    """Note that a clock ran out, tell those concerned, take the machine's step."""
    clock = held.procedure.clock_of[reading.clock]
    key = f"{EXPIRED} {clock.code} {_due(reading)}"
    if held.done(key) is None:
        machine = Actor.system()
        on = max(now.date(), held.entries[-1].day)
        entry = next_entry(held, machine, EXPIRED, on, {"clock": clock.code})
        happen(held, machine, entry, key=key)
        letters.write(held, clock.expired, f"{clock.code} {_due(reading)} expired", reading)
        audit.record(machine, "procedures.expired", number_of(held.case), {"clock": clock.code})
    if clock.then is not None and take_by_machine(held.case.pk, clock.then) is not None:
        fresh = hold(held.case.pk)
        held.entries, held.standing, held.events = fresh.entries, fresh.standing, fresh.events


def _due(reading: Reading) -> str:
    """When a limit ends, as a key: the same for the same limit."""
    return str(reading.due_at or reading.due_on)
