"""Where the record is kept: SQLite inside the home, or the PostgreSQL that a URL names."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote, urlparse

from zhiheng.office.home import Home


def database_settings(home: Home, url: str | None) -> dict[str, Any]:
    """The framework's description of the database; SQLite unless ``url`` says otherwise."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home.record),
            # A new connection reads the schema and begins with an empty cache.
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=30000;"
                    "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlparse(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        sys.exit(
            f"DATABASE_URL: {parts.scheme}:// 不受支持，请用 postgresql://用户:口令@主机:端口/库名"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
    }
