"""What a home says about its own surroundings: ``settings.yaml`` in the home.

Everything in it may be left out, and so may the file. A field that does not exist is refused.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zhiheng.office.home import Home
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.rules.yaml_text import load

NAME = "settings.yaml"
TRIAL = """\
# 试用：第二因素由各人自愿启用，不限请求次数 / for trial only
second_factor: offered
rate_limits: off
"""
"""What the file says in a home that holds nothing real."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Mail(_Strict):
    """How letters leave: by SMTP, into the folder ``mail`` of the home, or to the terminal."""

    by: Literal["smtp", "folder", "console"] = "folder"
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    encryption: Literal["none", "starttls", "tls"] = "none"
    sender: str = "zhiheng@localhost"


class Login(_Strict):
    """The city's own login (OpenID Connect).

    ``claim`` is what names a person; the account that was bound to it is signed in, and no
    account is ever made or given rights by it.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    claim: str = "sub"
    second_factor: bool = Field(
        default=False, description="the city's login asks for a second factor itself"
    )


class Site(_Strict):
    """How people reach the portal.

    ``proxies`` is the number of trusted proxies in front; the client's address is then read
    from X-Forwarded-For, so many entries from the right.
    """

    https: bool = False
    proxies: int = Field(default=0, ge=0, le=5)


class Configuration(_Strict):
    mail: Mail = Mail()
    login: Login | None = None
    site: Site = Site()
    second_factor: Literal["required", "offered"] = "required"
    """``offered`` leaves it to each person even where a rule requires it: for a trial home."""

    rate_limits: Literal["on", "off"] = "on"
    """``off`` where a proxy in front counts requests, or for measuring."""


def read(path: Path) -> Configuration:
    """The configuration in a file; all defaults where there is none.

    Raises:
        UsageError: ``settings.invalid``, with the field and what is wrong with it.
    """
    if not path.exists():
        return Configuration()
    try:
        return Configuration.model_validate(load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        faults = "；".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise UsageError(
            "settings.invalid",
            _("{path} 有不能识别的设置：{faults}", path=path, faults=faults),
            _("请对照文档 rooms/office.md 改正。"),
        ) from error


@cache
def _read_once(path: Path, _changed: float) -> Configuration:
    return read(path)


def configuration(home: Home) -> Configuration:
    """The home's configuration; read again when the file changed."""
    path = home.path / NAME
    return _read_once(path, os.stat(path).st_mtime if path.exists() else 0.0)
