"""Start the framework on one home."""

from __future__ import annotations

import os
from pathlib import Path

from zhiheng.office.home import VARIABLE, Home
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError


def start(home: Home, *, create: bool = False) -> None:
    """Configure Django for ``home``; with ``create`` also lay out folders and tables.

    Raises:
        UsageError: the home does not exist, or is of another version, and ``create`` is false.
    """
    if not create and not home.exists:
        raise UsageError(
            "home.missing",
            _("{path} 不是质衡的数据目录。", path=home.path),
            _("请先运行 zhiheng init --home {path}。", path=home.path),
        )
    home.create() if create else None
    configure(home)
    if create:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    else:
        from zhiheng.office.upgrading import require_current

        require_current(home)


def configure(home: Home) -> None:
    """Configure Django for ``home``, whatever its record holds."""
    os.environ[VARIABLE] = str(home.path)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")
    import django

    django.setup()


def default_home() -> Path:
    """Where settings look when no home was named (tests and framework tools only)."""
    return Path(os.environ.get(VARIABLE, "zhiheng-home")).resolve()
