"""The API for readers: the same list of operations as a page and as ``docs/api.md``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhiheng.portal.api import api

BASE = "/api/v1"
JSON = "application/json"


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of the body."""

    name: str
    where: str
    type: str
    required: bool
    said: str


@dataclass(frozen=True)
class Operation:
    """One address with one method; ``zh`` and ``en`` say what it does."""

    name: str
    method: str
    path: str
    group: str
    zh: str
    en: str
    said: str
    needs_account: bool
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the document, in its order."""
    document = json.loads(json.dumps(api.get_openapi_schema()))
    schemas = document["components"]["schemas"]
    return tuple(
        _operation(path, method, said, schemas)
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    )


def _operation(
    path: str, method: str, said: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Operation:
    chinese, _slash, english = said["summary"].partition(" / ")
    fields = [
        Field(p["name"], p["in"], type_of(p["schema"]), p["required"], p.get("description", ""))
        for p in said["parameters"]
    ]
    body = said.get("requestBody", {}).get("content", {})
    for media_type, content in body.items():
        fields += _fields(content["schema"], schemas, media_type)
    answers = [
        (status, _name_of(answer))
        for status, answer in said["responses"].items()
        if int(status) < 300
    ]
    needs_account = "security" in said
    return Operation(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        group=said["tags"][0],
        zh=chinese,
        en=english,
        said=said.get("description", ""),
        needs_account=needs_account,
        fields=tuple(fields),
        answers=tuple(answers),
        example=_example(method, path, needs_account, body, schemas),
    )


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], media_type: str
) -> Iterator[Field]:
    found = _resolved(schema, schemas)
    where = "body" if media_type == JSON else "form"
    for name, said in found.get("properties", {}).items():
        required = name in found.get("required", [])
        yield Field(name, where, type_of(said), required, said.get("description", ""))


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return schemas[name] if name else schema


def type_of(schema: Mapping[str, Any]) -> str:
    """The type of a value in a few signs."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(type_of(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    if schema.get("format") == "binary":
        return "file"
    return str(schema.get("format") or schema.get("type") or "any")


def _name_of(answer: Mapping[str, Any]) -> str:
    for media_type, content in answer.get("content", {}).items():
        return type_of(content["schema"]) if media_type == JSON else media_type
    return ""


def _example(
    method: str,
    path: str,
    needs_account: bool,
    body: Mapping[str, Any],
    schemas: Mapping[str, Any],
) -> str:
    """A call of the operation by curl."""
    parts = ["curl"]
    if method != "get":
        parts.append(f"-X {method.upper()}")
    if needs_account:
        parts.append('-H "Authorization: Bearer $TOKEN"')
    for media_type, content in body.items():
        schema = _resolved(content["schema"], schemas)
        given = {
            name: sample(said)
            for name, said in schema.get("properties", {}).items()
            if name in schema.get("required", [])
        }
        if media_type == JSON:
            parts.append("-H 'Content-Type: application/json'")
            parts.append(f"-d '{json.dumps(given, ensure_ascii=False)}'")
        else:
            parts += [f"-F {name}={value}" for name, value in given.items()]
    return " ".join([*parts, f'"$HOST{path}"'])


def sample(schema: Mapping[str, Any]) -> Any:
    """A value that the schema gives as its example, or one of its type."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    by_format = {"date": "2026-09-30", "binary": "@FILE"}
    by_type = {"integer": 1, "number": 0.95, "boolean": True, "array": [], "object": {}}
    named = by_format.get(schema.get("format", ""))
    return named or by_type.get(schema.get("type", ""), "…")


def markdown() -> str:
    """``docs/api.md`` from its first list on."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations():
        groups.setdefault(operation.group, []).append(operation)
    lines: list[str] = []
    for group, members in groups.items():
        lines += [f"## {group}", "", "| | 操作 | operation | |", "|---|---|---|---|"]
        for one in members:
            key = "🔒" if one.needs_account else ""
            lines.append(
                f"| `{one.method} {one.path.removeprefix(BASE)}` | {one.zh} | {one.en} | {key} |"
            )
        lines.append("")
        for one in members:
            lines += _section(one)
    return "\n".join(lines)


def _section(one: Operation) -> list[str]:
    lines = [f"### {one.method} {one.path.removeprefix(BASE)}", "", f"{one.zh} · {one.en}", ""]
    if one.said:
        lines += [one.said, ""]
    if one.fields:
        lines += ["| | | | |", "|---|---|---|---|"]
        lines += [
            f"| `{f.name}`{' *' if f.required else ''} | {f.where} | {_cell(f.type)} | {f.said} |"
            for f in one.fields
        ]
        lines.append("")
    for status, what in one.answers:
        lines.append(f"- {status}: {f'`{what}`' if what else '–'}")
    return [*lines, "", "```", one.example, "```", ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
