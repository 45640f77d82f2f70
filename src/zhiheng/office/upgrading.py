"""Whether the record's tables are those of this version: older and newer homes are told so."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from zhiheng.office.home import Home
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError


def require_current(home: Home) -> None:
    """Refuse a record that another version made, before anything else stumbles over it.

    Raises:
        UsageError: ``home.older``, ``home.newer``.
    """
    ours, theirs = _known(), _applied()
    if missing := ours - theirs:
        raise UsageError(
            "home.older",
            _("数据目录 {path} 是较早的版本留下的，还差 {count} 项更新。", path=home.path,
              count=len(missing)),
            _("请停止服务并备份，再运行 zhiheng init --home {path} 更新。", path=home.path),
        )  # fmt: skip
    own = {app for app, _name in ours}
    if unknown := sorted(name for app, name in theirs - ours if app in own):
        raise UsageError(
            "home.newer",
            _("数据目录 {path} 是更新的版本留下的（{name}）。", path=home.path, name=unknown[-1]),
            _("请改用那个版本或更新的版本，或换一个数据目录。"),
        )


def _known() -> set[tuple[str, str]]:
    """Every change of tables that this version knows, by app and name, without loading any."""
    from django.apps import apps

    found = set()
    for app in apps.get_app_configs():
        spec = find_spec(f"{app.name}.migrations")
        for folder in (spec.submodule_search_locations or []) if spec else []:
            files = (path.stem for path in Path(folder).glob("[0-9]*.py"))
            found |= {(app.label, name) for name in files}
    return found


def _applied() -> set[tuple[str, str]]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return set(MigrationRecorder(connection).applied_migrations())
