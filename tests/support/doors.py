"""Every door of the portal, as requests: the pages from the addresses, the API from its document.

A page or an operation whose parameters nobody here knows makes `requests` fail, so that nothing
new opens without being looked at.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, get_resolver
from pypdf import PdfReader

from support import ledger_rows, town
from zhiheng.evidence.models import ObjectionStep
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.models import Job
from zhiheng.portal.api import api
from zhiheng.subjects.models import Judgement, Organisation, SubjectReference

QUERIES: dict[str, list[dict[str, str]]] = {
    "organisations": [{"q": "雀"}, {"q": town.CODES[0]}],
    "organisation": [{"kind": "complaint"}],
    "board": [{"indicator": "product_pass_rate"}],
    "region": [{"indicator": "product_pass_rate"}],
    "plan": [{"verdict": "met"}],
    "measurement": [{"indicator": "complaints_in_time_rate"}],
    "subjects_organisations": [{"q": "雀", "limit": "200"}],
    "evidence_rows": [{"limit": "200"}, {"kind": "complaint"}, {"region": town.WEST}],
    "indicators_estimates": [{"limit": "200"}],
}
"""Further ways to ask a page or an operation, beside asking it plainly."""

WANTED = {"indicator": "product_pass_rate", "region": town.EAST, "period": "2026"}
"""Values of query parameters that an operation cannot do without."""

NUMBERS = {"rows": "row", "estimates": "estimate", "objections": "objection", "tokens": "token"}
"""Which number is meant, where it is none of the small ones, by a part of the address."""


@dataclass(frozen=True)
class Ask:
    """One request; ``door`` names the page or the operation."""

    door: str
    method: str
    url: str
    data: dict[str, Any] = field(default_factory=dict, hash=False)
    json: bool = False


def values() -> dict[str, list[Any]]:
    """Values of the parameters in addresses, by name."""

    def ids(model: Any) -> list[int]:
        return list(model.objects.order_by("id").values_list("id", flat=True))

    kinds = {"product_inspection", "complaint", "quality_cost"}
    looked_at = [row for row in ledger_rows.rows() if row.kind in kinds]
    rows = sorted({(r.kind, r.region, r.source): r.id for r in looked_at}.values())
    numbers = sorted({*ids(Organisation), *ids(Job), 1, 2})
    return {
        "number": numbers,
        "case": numbers,
        "estimate": ids(EstimateRow)[-1:],
        "objection": [*ObjectionStep.objects.values_list("number", flat=True), "1-1"],
        "row": rows,
        "digest": ["0" * 64],
        "token": [0],  # ending the token that asks would close every door behind it
        "reference": ids(SubjectReference)[:12],
        "judgement": [*ids(Judgement), 1],
        "kind": ["product_inspection", "complaint"],
        "indicator": ["product_pass_rate"],
        "region": [town.EAST, town.CITY],
        "key": [town.EAST, town.CITY],
        "code": ["hengchuan-2026"],
        "identity": ["T01", "T02"],
        "target": ["T01"],
        "ending": ["xlsx"],
        "procedure": ["consumer_complaint"],
        "step": ["accept"],
        "event": [1],
        "letter": [1],
    }


def requests() -> list[Ask]:
    known = values()
    return [*_pages(known), *_operations(known)]


def pages() -> list[Ask]:
    """The pages alone."""
    return list(_pages(values()))


def _pages(known: dict[str, list[Any]]) -> Iterator[Ask]:
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern):
            continue
        name = str(pattern.name)
        for address in _addresses(str(pattern.pattern), pattern.pattern.converters, known):
            for query in [{}, *QUERIES.get(name, [])]:
                yield Ask(name, "GET", f"/{address}", query)
            yield Ask(name, "POST", f"/{address}")


def _addresses(route: str, parameters: Any, known: dict[str, list[Any]]) -> Iterator[str]:
    for chosen in product(*(_meant(route, name, known) for name in parameters)):
        address = route
        for name, value in zip(parameters, chosen, strict=True):
            start = address.index("<")
            assert address[start : address.index(">")].endswith(name)
            address = f"{address[:start]}{value}{address[address.index('>') + 1 :]}"
        yield address


def _meant(route: str, parameter: str, known: dict[str, list[Any]]) -> list[Any]:
    """The values that a parameter takes at an address."""
    inside = [NUMBERS[part] for part in route.split("/") if part in NUMBERS]
    name = inside[0] if parameter == "number" and inside else parameter
    assert name in known, f"the matrix of scope has no values for <{name}> of {route}"
    return known[name]


def _operations(known: dict[str, list[Any]]) -> Iterator[Ask]:
    for route, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            inside = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
            asked = {
                p["name"]: WANTED[p["name"]]
                for p in operation["parameters"]
                if p["in"] == "query" and p["required"]
            }
            for chosen in product(*(_meant(route, parameter, known) for parameter in inside)):
                url = route.format(**dict(zip(inside, chosen, strict=True)))
                for query in [{}, *QUERIES.get(name, [])]:
                    yield Ask(name, method.upper(), url, {**asked, **query}, method != "get")


def send(client: Client, ask: Ask, token: str = "") -> HttpResponseBase:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if ask.method == "GET":
        return client.get(ask.url, ask.data, headers=headers)
    if ask.json:
        return client.post(ask.url, "{}", content_type="application/json", headers=headers)
    return client.post(ask.url, ask.data, headers=headers)


def said(response: HttpResponseBase) -> str:
    """Everything an answer says: its headers, and its body, unpacked where it is a container."""
    body = (
        response.content
        if isinstance(response, HttpResponse)
        else b"".join(response.streaming_content)  # type: ignore[attr-defined]
    )
    head = "\n".join(f"{name}: {value}" for name, value in response.items())
    return f"{head}\n{unpacked(body)}"


def unpacked(body: bytes) -> str:
    """The texts in a body, also in those of a container within it."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as container:
            return "\n".join(unpacked(container.read(name)) for name in container.namelist())
    if body.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    # What JSON escapes is said all the same.
    return body.decode("utf-8", "replace").replace("\\u96c0", "雀")
