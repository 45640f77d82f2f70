"""A real server over a small sample city, and a real browser that speaks to nothing else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator

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
    for username, name, party, role in (
        ("bs-scjg", "市场监管报送员", "scjg", "reporter"),
        ("fenxi", "质量分析员", "zlb", "analyst"),
        ("bianji", "发布申请人", "zlb", "editor"),
        ("hezhun", "发布核准人", "zlb", "approver"),
        ("shenji", "审计员", "zlb", "auditor"),
    ):
        zhiheng(
            *("user", "add", username, "--name", name, "--party", party, "--role", role),
            *(("--role", "reviewer") if role in {"reporter", "analyst"} else ()),
            *("--password", PASSWORD),
            home=home,
        )
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


@pytest.fixture
def visit(browser: Browser, city: City) -> Iterator[Visit]:
    """``visit(path, user=…, width=…, language=…, scripts=…)`` opens a page as somebody.

    Whoever is named signs in through the form first. Any error on the page's console, and any
    request to another host, fails the test.
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
        if user:
            page.goto("/sign-in")
            page.fill("#username", user)
            page.fill("#password", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url("**/desk")
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = [fault for fault in faults if "status of 4" not in fault]
    assert not expected, expected
