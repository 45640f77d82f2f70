"""What the record keeps of procedures: cases, their events, what follows from those for lists.

Events are never changed; a case and its clocks only repeat what the events say, so that lists
are found by an index. `zhiheng.procedures.recording` is the one place that writes them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

NEVER = date(9999, 12, 31)
"""The last day of a case of which no clock runs: such cases stand at the end of every list."""

LONGEST_KEY = 120
"""Characters of the key by which whoever opens a case or takes a step makes it happen once."""

BEGINNING = 40
"""So many characters of a personal value are indexed."""

_OPEN = Q(closed_on__isnull=True)


class Case(models.Model):
    """One case, as it stands after its last event.

    ``unit`` is in charge, ``filer`` opened it, ``assignee`` is the person in charge. ``events``
    counts what happened; whoever acts says how much of it they have seen. ``key`` makes an
    opening safe to repeat.
    """

    procedure = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    filer = models.CharField(max_length=40)
    assignee = models.CharField(max_length=60, default="")
    region = models.CharField(max_length=40)
    subject = models.CharField(max_length=260, null=True)
    title = models.CharField(max_length=200, default="")
    received_on = models.DateField()
    closed_on = models.DateField(null=True)
    due_on = models.DateField(default=NEVER)
    events = models.IntegerField(default=0)
    opened_at = models.DateTimeField()
    key = models.CharField(max_length=LONGEST_KEY, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["assignee", "unit", "due_on", "id"], condition=_OPEN, name="cases_mine"
            ),
            models.Index(fields=["filer", "due_on", "id"], condition=_OPEN, name="cases_of_filer"),
            models.Index(fields=["unit", "due_on", "id"], condition=_OPEN, name="cases_of_unit"),
            models.Index(fields=["region", "due_on", "id"], condition=_OPEN, name="cases_here"),
            models.Index(fields=["due_on", "id"], condition=_OPEN, name="cases_due"),
            models.Index(fields=["unit", "id"], name="cases_of_unit_all"),
            models.Index(fields=["region", "id"], name="cases_here_all"),
            models.Index(fields=["filer", "id"], name="cases_filed"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["procedure", "key"], condition=~Q(key=""), name="opened_once"
            )
        ]


class Event(models.Model):
    """Something that happened to a case; see `zhiheng.procedures.timeline.Entry`.

    ``day`` is the legal day, ``moment`` the legal moment where limits are in hours, ``at`` when
    it was written. Personal answers lie beside, erasable.
    Of two people who write the same number one wins.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="history")
    number = models.IntegerField()
    verb = models.CharField(max_length=41)
    day = models.DateField()
    moment = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    answers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    about = models.IntegerField(null=True)
    unit = models.CharField(max_length=40, default="")
    region = models.CharField(max_length=40, default="")
    assignee = models.CharField(max_length=60, default="")
    key = models.CharField(max_length=LONGEST_KEY, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="one_event_a_number"),
            models.UniqueConstraint(fields=["case", "key"], condition=~Q(key=""), name="done_once"),
        ]


class Beginning(models.Func):
    """The first characters of a text, in the very words of the index. What somebody told may be
    too long for an index."""

    template = f"SUBSTR(%(expressions)s, 1, {BEGINNING})"
    output_field = models.TextField()


class PersonalAnswer(models.Model):
    """A personal field of a form; erasing it changes nothing else."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="personal")
    name = models.CharField(max_length=40)
    value = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "name"], name="one_personal_answer")
        ]
        indexes: ClassVar = [models.Index(Beginning("value"), name="personal_by_beginning")]

    @classmethod
    def saying(cls, value: str) -> models.QuerySet[PersonalAnswer]:
        """The answers that say exactly this, found by index."""
        begins = cls.objects.alias(begins=Beginning("value")).filter(begins=value[:BEGINNING])
        # Told that the value equals a constant, SQLite puts the constant into the index's words and
        # finds the index no more.
        return begins.filter(value__gte=value, value__lte=value)


class CaseClock(models.Model):
    """What a clock of a case says; see `zhiheng.procedures.clocks.Reading`.

    ``due_at`` is the last moment of a limit in hours; ``attention_at`` is when next somebody must
    be reminded or told.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="clocks")
    code = models.CharField(max_length=40)
    going = models.CharField(max_length=8)
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_on = models.DateField(null=True)
    in_time = models.BooleanField(null=True)
    provisional = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=True)
    attention_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "code"], name="one_clock_a_code")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["attention_at", "id"],
                condition=Q(attention_at__isnull=False),
                name="clocks_to_look_at",
            ),
            models.Index(fields=["due_on"], name="clocks_by_due"),
        ]


class Link(models.Model):
    """One case opened another (``opened``), or was joined to it (``joined``)."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    how = models.CharField(max_length=8)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)


class OutgoingLetter(models.Model):
    """A letter on its way to one address, written in the transaction of what it tells.

    ``reference`` is what it is for and for whom, so that it is written once; the mail carries it
    as its Message-ID. The address is a user's, or a personal answer's, and read at sending.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters")
    code = models.CharField(max_length=60)
    reference = models.CharField(max_length=200, unique=True)
    party = models.CharField(max_length=40, default="")
    user = models.BigIntegerField(null=True)
    answer = models.ForeignKey(PersonalAnswer, null=True, on_delete=models.SET_NULL)
    values: models.JSONField[Any, Any] = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(next_try_at__isnull=False),
                name="letters_to_send",
            )
        ]


class KeptCourse(models.Model):
    """What a procedure declared when its cases were last written; see `courses.course_of`."""

    procedure = models.CharField(max_length=40, primary_key=True)
    course: models.JSONField[Any, Any] = models.JSONField()
    kept_at = models.DateTimeField()


class Unfiled(models.Model):
    """An event whose row of evidence is not in the ledger yet."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True)
    procedure = models.CharField(max_length=40, db_index=True)
