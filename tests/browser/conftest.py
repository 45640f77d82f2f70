"""A real server over a small sample city, and a real browser that speaks to nothing else."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from support.portal import COMMAND, DESK, PASSWORD, City, zhiheng

CHROMIUM = os.environ.get("ZHIHENG_CHROMIUM", "/usr/bin/chromium")
LAUNCH = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The sample city at a small scale, through the ordinary doors, served on a free port."""
    home = tmp_path_factory.mktemp("city") / "home"
    # The tour shows the city that ./run demo builds; the tests need only a small one.
    scale = "1" if os.environ.get("ZHIHENG_PICTURES") == "1" else "0.1"
    zhiheng("demo", "--no-serve", "--scale", scale, "--home", str(home), home=home)
    _open_accounts(home)
    # A demo leaves the second factor to each person; the tests want a home as it is for real.
    (home / "settings.yaml").write_text("rate_limits: off\n", encoding="utf-8")
    port = _free_port()
    with (home.parent / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--home", str(home), "--port", str(port)],
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server)
        yield City(home, url)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


STAFF = (
    ("bs-scjg", "市场监管报送员", "scjg", ["reporter", "reviewer"]),
    ("fenxi", "质量分析员", "zlb", ["analyst", "reviewer"]),
    ("bianji", "发布申请人", "zlb", ["editor"]),
    ("hezhun", "发布核准人", "zlb", ["approver"]),
    ("shenji", "审计员", "zlb", ["auditor"]),
    ("guanliyuan", "系统管理员", "zlb", ["administrator"]),
    ("caijue", "异议处理员", "zlb", ["adjudicator"]),
    ("banli", "投诉举报办理员", "scjg", ["complaint_clerk", "report_officer"]),
)


def _open_accounts(home: Path) -> None:
    """Staff of each role, and a representative of the third organisation on the register; in one
    process, for each start of the command takes seconds."""
    program = f"""
from pathlib import Path
from zhiheng.office.home import Home
from zhiheng.office.setup import start
start(Home(Path({str(home)!r})))
from zhiheng.office import actions
from zhiheng.office.actors import Actor
from zhiheng.office.models import Party
system = Actor.system()
for username, name, party, roles in {STAFF!r}:
    actions.add_user(system, username, name, Party.objects.get(key=party), roles, {PASSWORD!r})
firm = actions.add_party(system, "firm-3", "organisation", "某企业", organisation=3)
actions.add_user(system, "qiye", "企业代表", firm, ["representative"], {PASSWORD!r})
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(240):
        assert server.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(f"{url}/method"):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within a minute")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH)
        yield opened
        opened.close()


Visit = Callable[..., Page]
Signed = dict[str, Any]


@pytest.fixture(scope="session")
def signed() -> Signed:
    """What the browser of each person who has signed in keeps."""
    return {}


def sign_in(page: Page, user: str) -> None:
    """Through the form; whose rights ask for a second factor enrols one."""
    page.goto("/sign-in")
    page.fill("#username", user)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    if "/account/second-factor" in page.url:
        secret = re.sub(r"[^A-Z2-7]", "", page.locator("#secret").inner_text())
        page.fill("#code", pyotp.TOTP(secret).now())
        page.click("main form button[type=submit]")
        page.locator(".codes").wait_for()
        page.goto("/desk")
    page.wait_for_url("**/desk")


@pytest.fixture
def visit(browser: Browser, city: City, signed: Signed) -> Iterator[Visit]:
    """``visit(path, user=…, width=…, language=…, scripts=…)`` opens a page as somebody.

    Whoever is named signs in through the form the first time. Any error on the page's console,
    and any request to another host, fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        path: str,
        *,
        user: str = "",
        width: int = DESK,
        language: str = "zh-CN",
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=city.url,
            viewport={"width": width, "height": 800},
            locale=language,
            java_script_enabled=scripts,
            accept_downloads=True,
            storage_state=signed.get(user),
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                faults.append(asked.url) if not asked.url.startswith((city.url, "data:")) else None
            ),
        )
        if user and user not in signed:
            sign_in(page, user)
            signed[user] = context.storage_state()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = [fault for fault in faults if "status of 4" not in fault]
    assert not expected, expected
