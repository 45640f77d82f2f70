"""Receipt numbers and secrets: as people read them out, and no help to who guesses."""

from __future__ import annotations

import re
from datetime import date

from zhiheng.complaints import receipts

DAY = date(2026, 3, 18)


def test_numbers_and_secrets_can_be_read_out() -> None:
    number, secret = receipts.new_number(DAY), receipts.new_secret()
    assert re.fullmatch(r"20260318-[2-9A-HJKMNP-Z]{6}", number)
    assert re.fullmatch(r"([2-9A-HJKMNP-Z]{4}-){2}[2-9A-HJKMNP-Z]{4}", secret)


def test_no_two_are_alike() -> None:
    assert len({receipts.new_secret() for _time in range(2000)}) == 2000
    assert len({receipts.new_number(DAY) for _time in range(200)}) == 200


def test_a_secret_fits_however_it_is_typed() -> None:
    secret = receipts.new_secret()
    kept = receipts.digest(secret)
    assert receipts.fits(secret, kept)
    assert receipts.fits(f" {secret.lower().replace('-', ' ')} ", kept)
    assert not receipts.fits(receipts.new_secret(), kept)
    assert not receipts.fits("", kept)


def test_a_number_that_does_not_exist_has_no_secret() -> None:
    assert not receipts.fits("", None)
    assert not receipts.fits(receipts.new_secret(), None)


def test_what_is_kept_does_not_say_the_secret() -> None:
    secret = receipts.new_secret()
    assert receipts.normal(secret) not in receipts.digest(secret).upper()
