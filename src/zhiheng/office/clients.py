"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from zhiheng.office.configuration import configuration
from zhiheng.office.home import current


def address_of(request: HttpRequest) -> str:
    """The client's network address; empty where there is none.

    Behind trusted proxies (``site.proxies``) it is that many entries from the right of
    X-Forwarded-For; what stands further left was written by the client and is not believed.
    """
    proxies = configuration(current()).site.proxies
    if proxies:
        passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(passed) >= proxies and (given := _address(passed[-proxies])):
            return given
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return ""
