"""Receipt numbers and secrets: as people read them out, and no help to who guesses."""

from __future__ import annotations

import re
from datetime import date

from zhiheng.complaints import receipts

DAY = date(2026, 3, 18)
KEY = b"the home's own"


def _issue(request: object) -> receipts.Receipt:
    return receipts.issue(DAY, str(request), KEY)


def test_numbers_and_secrets_can_be_read_out() -> None:
    receipt = _issue("a")
    assert re.fullmatch(r"20260318-[2-9A-HJKMNP-Z]{6}", receipt.number)
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){2}[2-9A-HJKMNP-Z]{4}", receipt.secret)


def test_no_two_are_alike_and_each_letter_is_as_likely() -> None:
    drawn = [_issue(n) for n in range(4000)]
    assert len({receipt.secret for receipt in drawn}) == 4000
    letters = "".join(receipts.normal(receipt.secret) for receipt in drawn)
    shares = [letters.count(letter) / len(letters) for letter in set(letters)]
    assert len(shares) == 31
    assert max(shares) < 1.1 / 31


def test_the_same_request_has_the_same_receipt_on_this_home_alone() -> None:
    assert _issue("a") == _issue("a")
    assert _issue("a") != receipts.issue(DAY, "a", b"another home's")


def test_a_secret_fits_however_it_is_typed() -> None:
    secret = _issue("a").secret
    kept = receipts.digest(secret)
    assert receipts.fits(secret, kept)
    assert receipts.fits(f" {secret.lower().replace('-', ' ')} ", kept)
    assert not receipts.fits(_issue("b").secret, kept)
    assert not receipts.fits("", kept)


def test_a_number_that_does_not_exist_has_no_secret() -> None:
    assert not receipts.fits("", None)
    assert not receipts.fits(_issue("a").secret, None)


def test_what_is_kept_does_not_say_the_secret() -> None:
    secret = _issue("a").secret
    assert receipts.normal(secret) not in receipts.digest(secret).upper()
