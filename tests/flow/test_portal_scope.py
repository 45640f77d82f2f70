"""The matrix of scope: every reader at every door, with every number that exists.

Whoever reads a canary has seen its cell. Who may see which cell is said once, in plain words, in
`support.town.may_see`; the product's own rules are not asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from support import doors, town
from typer.main import get_command

from zhiheng.cli import collect
from zhiheng.evidence.declaration import Role, Type
from zhiheng.evidence.kinds import ALL
from zhiheng.office.models import User

COMMAND = get_command(collect())
ENDS_THE_SESSION = {
    *("sign_out", "sign_out_everywhere", "portal_api_account_sign_out_everywhere"),
}


def everything_read(reader: town.Reader) -> list[tuple[doors.Ask, str]]:
    """What the reader gets at every door; what changes things comes first, and is looked at too."""
    asked = sorted(doors.requests(), key=lambda ask: ask.method == "GET")
    client, secret = Client(raise_request_exception=False), ""
    if reader.username:
        user = User.objects.get(username=reader.username)
        client.force_login(user)
        secret = town.token(reader.username)
    answers = []
    for ask in asked:
        if ask.method != "GET" and ask.door in ENDS_THE_SESSION:
            continue
        response = doors.send(client, ask, secret if ask.url.startswith("/api/") else "")
        assert response.status_code < 500, (ask, response.status_code)
        assert response.status_code != 405 or not ask.url.startswith("/api/"), ask
        answers.append((ask, doors.said(response)))
    if reader.username:
        me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
        assert (me.status_code, client.get("/account").status_code) == (200, 200)
    return answers


@pytest.mark.parametrize("reader", town.READERS, ids=lambda reader: reader.username or "public")
def test_nobody_reads_more_than_the_rule_allows(canaries: town.Canaries, reader) -> None:
    answers = everything_read(reader)
    leaks = {
        f"{ask.method} {ask.url} {ask.data}": leaked[:3]
        for ask, text in answers
        if (leaked := canaries.leaked(reader, text))
    }
    assert leaks == {}
    if reader.username in town.READ_EVERYTHING:
        # Otherwise the matrix would pass because nothing is shown to anybody.
        read = set().union(*(canaries.seen(text) for _ask, text in answers))
        wanted = {text for text, cell in canaries.cells.items() if town.should_see(reader, cell)}
        assert {canaries.cells[text] for text in wanted - read} == set()


def commands_as_somebody() -> list[list[str]]:
    """Every command that acts as an account, with something in each place it asks for."""

    def walk(command: Any, path: list[str]) -> Iterator[list[str]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, [*path, name])
        if any("--as" in parameter.opts for parameter in command.params):
            wanted = [p for p in command.params if p.param_type_name == "argument" and p.required]
            yield [*path, *("1" for _argument in wanted)]

    return list(walk(COMMAND, []))


def said_by(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says on the screen, or in the error it ends with."""
    ended = ""
    try:
        COMMAND.main(arguments, prog_name="zhiheng", standalone_mode=False)
    except (SystemExit, Exception) as error:
        ended = f"{error!r}"
    return "\n".join((*capsys.readouterr(), ended))


@pytest.mark.parametrize("reader", town.READERS[1:], ids=lambda reader: reader.username)
def test_commands_as_somebody_say_no_more(
    canaries: town.Canaries,
    reader: town.Reader,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither on the screen nor in a file that they write."""
    folder = tmp_path_factory.mktemp("written")
    monkeypatch.chdir(folder)
    commands = commands_as_somebody()
    assert ["publish", "list"] in commands
    for command in commands:
        for said in ([], ["--json"]):
            text = said_by([*command, "--as", reader.username, *said], capsys)
            for path in filter(Path.is_file, folder.rglob("*")):
                text += doors.unpacked(path.read_bytes())
            assert canaries.leaked(reader, text) == [], command


def test_every_column_that_can_hold_a_canary_has_one(canaries: town.Canaries) -> None:
    planted = {(cell.kind, cell.column) for cell in canaries.cells.values()}
    fixed = {Role.REGION, Role.OCCURRED_ON, Role.SUBJECT_CODE}
    wanted = {
        (kind.code, column.name)
        for kind in ALL.values()
        if kind.may_report
        for column in kind.columns
        if column.type not in {Type.CODE, Type.BOOLEAN} and column.role not in fixed
    }
    assert wanted - planted == set()


def test_a_leak_would_be_found(canaries: town.Canaries) -> None:
    personal = next(text for text, cell in canaries.cells.items() if cell.personal)
    outsider = town.READERS[0]
    assert canaries.leaked(outsider, doors.unpacked(json.dumps(personal).encode())) != []
