"""Migration operations that make a table refuse UPDATE and DELETE, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def append_only(
    table: str, *, delete_when: str = "", update_when: str = ""
) -> migrations.RunPython:
    """Refuse every change of an existing row.

    ``delete_when`` and ``update_when`` are SQL conditions over ``OLD`` (and ``NEW``) under which
    the change is allowed after all, such as rows of a batch that was never sealed.
    """

    def apply(apps: Any, editor: Any) -> None:
        for verb, allowed in (("UPDATE", update_when), ("DELETE", delete_when)):
            for statement in _statements(editor.connection.vendor, table, verb, allowed):
                editor.execute(statement)

    return migrations.RunPython(apply, migrations.RunPython.noop)


def changeable(table: str) -> migrations.RunPython:
    """Let a migration bring rows into a new form; `append_only` has to follow it."""

    def apply(apps: Any, editor: Any) -> None:
        for verb in ("update", "delete"):
            name = f"{table}_no_{verb}"
            if editor.connection.vendor == "sqlite":
                editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                editor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return migrations.RunPython(apply, migrations.RunPython.noop)


def _statements(vendor: str, table: str, verb: str, allowed: str) -> list[str]:
    name = f"{table}_no_{verb.lower()}"
    said = f"append-only: {table} refuses {verb}"
    forbidden = f"NOT ({allowed})" if allowed else "1=1"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN {forbidden} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        ]
    result = "NEW" if verb == "UPDATE" else "OLD"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {forbidden} THEN "
        f"RAISE EXCEPTION '{said}'; END IF; RETURN {result}; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
