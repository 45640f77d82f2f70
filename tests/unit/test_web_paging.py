"""A list page reads one row more than it shows, and so knows whether there is a next page."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from zhiheng.web.paging import cursor, page, plain_number


def _get(address: str):
    return RequestFactory().get(address)


def test_a_full_page_with_one_row_more_leads_on_and_keeps_the_other_parameters() -> None:
    shown = page(_get("/list?q=酱油"), [5, 4, 3], "4", size=2)
    assert list(shown.rows) == [5, 4]
    assert shown.next == "?q=%E9%85%B1%E6%B2%B9&after=4"
    assert shown.first == ""


def test_the_last_page_leads_nowhere_but_back_to_the_first() -> None:
    request = _get("/list?q=a&after=4")
    assert cursor(request) == "4"
    shown = page(request, [3, 2], "2", size=2)
    assert (shown.next, shown.first) == ("", "?q=a")


@pytest.mark.parametrize(
    ("text", "number"),
    [("17", 17), ("²", None), ("①", None), ("", None), (None, None), ("9" * 5000, None)],
)
def test_a_place_is_plain_digits(text: str | None, number: int | None) -> None:
    assert plain_number(text) == number
