"""Letters on their way by e-mail: taken by one worker at a time, handed in, noted.

What can be promised: in a home's own mail folder a letter is one file, whatever happens. A mail
server may take a letter in the very moment in which the worker is killed, and nobody can tell;
the letter is then handed in again, later, under the same Message-ID, by which servers and mail
programs know it. At any other moment, and on an ordinary stop, nothing is handed in twice, and
nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

from django.utils import timezone
from django.utils.translation import override

from zhiheng.office import jobs, mail
from zhiheng.office.models import User
from zhiheng.procedures import letters, limits
from zhiheng.procedures.models import OutgoingLetter

_AT_ONCE = 200
_LONGEST_WAIT = timedelta(hours=6)


def send_letters(sent: Callable[[OutgoingLetter], None] | None = None) -> int:
    """Send every letter whose time has come; returns how many were taken.

    Args:
        sent: called between sending and noting, for tests that stop there.
    """
    taken = 0
    waiting = OutgoingLetter.objects.filter(next_try_at__lte=timezone.now())
    for letter in waiting.select_related("case", "answer").order_by("next_try_at", "id")[:_AT_ONCE]:
        if jobs.stopping.is_set():
            break
        if _taken(letter):
            taken += _send(letter, sent)
    return taken


def name_of(letter: OutgoingLetter) -> str:
    """What the mail is known by: the same in a home that was moved or restored, and no other's."""
    return f"{letter.written_at.astimezone(UTC).isoformat()} {letter.reference}"


def _taken(letter: OutgoingLetter) -> bool:
    """Take a letter, so that no other worker does; its time comes again where this one dies."""
    tries = letter.tries + 1
    again = timezone.now() + min(timedelta(minutes=2**tries), _LONGEST_WAIT)
    mine = OutgoingLetter.objects.filter(id=letter.pk, next_try_at=letter.next_try_at)
    return mine.update(tries=tries, next_try_at=again) == 1


def _send(letter: OutgoingLetter, sent: Callable[[OutgoingLetter], None] | None) -> bool:
    address, language = _address(letter)
    went = False
    if address:
        with override(language):
            text = letters.said(letter, language)
            went = mail.send(address, text.subject, text.text + "\n", reference=name_of(letter))
        if went and sent is not None:
            sent(letter)
    noted = OutgoingLetter.objects.filter(id=letter.pk)
    if went:
        noted.update(sent_at=timezone.now(), next_try_at=None)
    elif not address or letter.tries + 1 >= limits.today("letters.most_tries"):
        # An account that was closed or a personal value that was erased gets no letter any more.
        noted.update(next_try_at=None)
    return went


def _address(letter: OutgoingLetter) -> tuple[str, str]:
    if letter.user is not None:
        user = User.objects.filter(id=letter.user, is_active=True).first()
        return (user.email, user.language) if user else ("", "")
    return (letter.answer.value if letter.answer else "", letters.CHINESE)
