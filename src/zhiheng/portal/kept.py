"""Public pages kept as they were made, for as long as what they say stands.

What is out changes by a decision and at no other time, so a page for the public is made once for
each decision, language and day. Whoever is signed in gets a page of their own.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, TypeAlias

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import get_language

from zhiheng.office import audit
from zhiheng.office.home import current
from zhiheng.office.queries import LOADED
from zhiheng.publication.standing import edition
from zhiheng.web.access import View, actor_of
from zhiheng.web.places import place_name

MOST_PAGES = 400
"""About 50 KB each, in every process of the server."""

Key: TypeAlias = tuple[Any, ...]
_kept: OrderedDict[Key, HttpResponse] = OrderedDict()


def kept_while_it_stands(view: View) -> View:
    """Makes a public page once and answers from memory until something it shows has changed.

    Browsers may keep it too, and ask each time whether it still stands.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_for_anybody(request):
            return view(request, *args, **kwargs)
        key = (*_state(), request.get_full_path())
        page = _found(key) or _keep(key, view, request, args, kwargs)
        if page.status_code == 200 and request.headers.get("If-None-Match") == page["ETag"]:
            return HttpResponseNotModified(headers={"ETag": page["ETag"]})
        return HttpResponse(page.content, status=page.status_code, headers=dict(page.items()))

    return answer


def _is_for_anybody(request: HttpRequest) -> bool:
    """A page that carries neither a person's menu nor a message for one."""
    nobody = actor_of(request).user_id is None
    return request.method == "GET" and nobody and "messages" not in request.COOKIES


def _state() -> Key:
    """Everything that the public pages read beside their address."""
    map_file = current().map
    return (
        connection.settings_dict["NAME"],
        edition(),
        audit.last(LOADED),
        place_name(),
        map_file.stat().st_mtime_ns if map_file.exists() else 0,
        timezone.localdate(),
        get_language(),
    )


def _found(key: Key) -> HttpResponse | None:
    page = _kept.get(key)
    if page is not None:
        with suppress(KeyError):  # another thread may have put it out just now
            _kept.move_to_end(key)
    return page


def _keep(
    key: Key, view: Callable[..., HttpResponse], request: HttpRequest, args: Any, kwargs: Any
) -> HttpResponse:
    page = view(request, *args, **kwargs)
    if page.status_code == 200:
        page["ETag"] = f'"{hashlib.sha256(page.content).hexdigest()[:32]}"'
        page["Cache-Control"] = "no-cache"
        _kept[key] = page
        while len(_kept) > MOST_PAGES:
            _kept.popitem(last=False)
    return page
