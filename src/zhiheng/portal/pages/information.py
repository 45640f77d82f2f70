"""Pages that explain: how verdicts are made, and how to check a proof."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhiheng.evidence import log, standalone_verifier
from zhiheng.portal.kept import kept_while_it_stands


@require_safe
@kept_while_it_stands
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/method.html")


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """How to verify, with the log's current size and root."""
    return render(request, "portal/proof.html", {"head": log.head()})


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier as a file."""
    program = Path(standalone_verifier.__file__).read_bytes()
    response = HttpResponse(program, content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="standalone_verifier.py"'
    return response
