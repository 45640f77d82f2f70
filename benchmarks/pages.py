"""Claim: pages of a full city answer within 150 ms (95 of 100) at 50 requests a second.

Builds the sample city of the asked scale through the ordinary doors into ``--home`` (once; a home
that is there is used again), serves it with the real server and asks for pages as the public and
as signed-in staff do. Requests start at their appointed times whether or not earlier ones have
been answered, and the time of each counts from its appointment.

    python benchmarks/pages.py --home DIR [--scale 1] [--grown 107] [--rate 50] [--seconds 60]
        [--json FILE]

With --grown the record of a city of scale 1 is multiplied inside the database (grown_record.py):
107 times are 213,000 organisations and 6.0 million rows, in minutes rather than by importing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

COMMAND = [sys.executable, "-c", "from zhiheng.cli import main; main()"]
PASSWORD = f"Hengchuan-{secrets.token_urlsafe(9)}"
STAFF = {"fenxi": ("analyst", "reviewer"), "bianji": ("editor",), "shenji": ("auditor",)}
GROW = Path(__file__).with_name("grown_record.py")
CLOCK = os.sysconf("SC_CLK_TCK")


def zhiheng(*arguments: str, home: Path) -> None:
    environment = {**os.environ, "ZHIHENG_HOME": str(home)}
    subprocess.run([*COMMAND, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def build(home: Path, scale: float, grown: int) -> None:
    """The city and the accounts; a build that was stopped goes on where it stood."""
    zhiheng("init", "--home", str(home), home=home)
    if not (home / "verdicts.json").exists():
        zhiheng("demo", "--no-serve", "--scale", f"{scale:g}", "--home", str(home), home=home)
    for username, roles in STAFF.items():
        given = [part for role in roles for part in ("--role", role)]
        zhiheng(
            *("user", "add", username, "--name", username, "--party", "zlb", *given),
            *("--password", PASSWORD),
            home=home,
        )
    if grown > 1 and not (home / "grown").exists():
        subprocess.run([sys.executable, GROW, "--home", home, "--times", str(grown)], check=True)
        (home / "grown").write_text(f"{grown}\n", encoding="utf-8")


@dataclass
class Visitor:
    """One sort of visitor: cookies, and the connections that stand open, the last used on top."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    open: list[http.client.HTTPConnection] = field(default_factory=list)

    def ask(
        self, path: str, form: dict[str, str] | None = None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        """Ask once; where the server had closed a connection that lay idle, ask on a new one.

        A server closes what lies idle, and may do so just when a request is on its way. Browsers
        then ask again without a word, as RFC 9110 9.2.2 allows.
        """
        while self.open and form is None:
            try:
                return self._ask(self.open.pop(), path, form)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                continue
        fresh = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return self._ask(fresh, path, form)

    def _ask(
        self, connection: http.client.HTTPConnection, path: str, form: dict[str, str] | None
    ) -> tuple[int, str, http.client.HTTPMessage]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        self.open.append(connection)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers

    def sign_in(self, username: str) -> None:
        self.ask("/sign-in")
        token = self.cookies["csrftoken"]
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
        status, _text, headers = self.ask("/sign-in", form)
        if status != 302 or headers["Location"] != "/desk":
            raise SystemExit(f"{username} could not sign in: {status}")


@dataclass(frozen=True)
class Kind:
    """A sort of page: how often it is asked for, by whom, and which address this time."""

    name: str
    weight: int
    visitor: Visitor
    address: Callable[[random.Random], str]


def mix(port: int) -> list[Kind]:
    """The pages, with addresses gathered from the pages themselves."""
    public, analyst, editor, auditor = (Visitor(port) for _ in range(4))
    analyst.sign_in("fenxi")
    editor.sign_in("bianji")
    auditor.sign_in("shenji")

    def links(visitor: Visitor, page: str, pattern: str) -> list[str]:
        status, text, _headers = visitor.ask(page)
        found = sorted({link.replace("&amp;", "&") for link in re.findall(pattern, text)})
        if status != 200 or not found:
            raise SystemExit(f"{page}: {status}, no link like {pattern}")
        return found

    plan = links(public, "/", r'href="(/plans/[^"/]+)"')[0]
    targets = links(public, plan, r'href="(/plans/[^"]+/targets/[^"]+)"')
    regions = links(public, "/regions", r'href="(/regions/[^"]+)"')
    last = _last_organisation(analyst)
    names = _names(analyst, last)
    runs = links(analyst, "/desk/measurements", r'href="(/desk/measurements/\d+)"')
    chosen = links(analyst, runs[0], r'<option value="([a-z_]+)"')
    releases = links(editor, "/desk/releases", r'href="(/desk/releases/\d+)"')

    def one_of(values: list[str]) -> Callable[[random.Random], str]:
        return lambda chance: chance.choice(values)

    def anywhere(begin: str, first: int = 0) -> Callable[[random.Random], str]:
        return lambda chance: f"{begin}{chance.randrange(first, last)}"

    def searched(part: slice) -> Callable[[random.Random], str]:
        return lambda chance: f"/desk/organisations?q={quote(chance.choice(names)[part])}"

    return [
        Kind("board", 10, public, one_of(["/"])),
        Kind("plan", 6, public, one_of([plan])),
        Kind("target", 12, public, one_of(targets)),
        Kind("target csv", 2, public, one_of([f"{target}.csv" for target in targets])),
        Kind("regions", 3, public, one_of(["/regions"])),
        Kind("region", 8, public, one_of(regions)),
        Kind("method", 2, public, one_of(["/method"])),
        Kind("proof", 2, public, one_of(["/proof"])),
        Kind("desk", 6, analyst, one_of(["/desk"])),
        Kind("organisations", 6, analyst, anywhere("/desk/organisations?after=")),
        Kind("search by name", 8, analyst, searched(slice(None))),
        Kind("search inside", 3, analyst, searched(slice(3, 6))),
        Kind("organisation", 14, analyst, anywhere("/desk/organisations/", 1)),
        Kind("review, first page", 3, analyst, one_of(["/desk/review"])),
        Kind("review, further on", 2, analyst, anywhere("/desk/review?after=")),
        Kind("measurements", 2, analyst, one_of(["/desk/measurements"])),
        Kind("measurement", 4, analyst, one_of([f"{runs[0]}?indicator={c}" for c in chosen])),
        Kind("releases", 2, editor, one_of(["/desk/releases"])),
        Kind("release", 2, editor, one_of(releases)),
        Kind("audit", 3, auditor, one_of(["/desk/audit"])),
    ]


def _last_organisation(visitor: Visitor) -> int:
    """The highest number on the list, found by halving."""
    low, high = 0, 1 << 24
    while low < high:
        middle = (low + high) // 2
        _status, text, _headers = visitor.ask(f"/desk/organisations?after={middle}")
        if re.search(r'href="/desk/organisations/\d+"', text):
            low = middle + 1
        else:
            high = middle
    return low


def _names(visitor: Visitor, last: int) -> list[str]:
    """Names of some organisations from all over the list."""
    found: list[str] = []
    for after in range(0, last, max(1, last // 10)):
        _status, text, _headers = visitor.ask(f"/desk/organisations?after={after}")
        found += re.findall(r'href="/desk/organisations/\d+">([^<]{8,})<', text)
    return found


class Server:
    """The real server over a home, with the memory and processor time of all its processes."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._log = (home / "serve.log").open("wb")
        self._process = subprocess.Popen(
            [*COMMAND, "serve", "--home", str(home), "--port", str(self.port)],
            stdout=self._log,
            stderr=self._log,
        )
        self.peak_mb = 0

    def wait(self) -> None:
        for _attempt in range(240):
            try:
                if Visitor(self.port).ask("/method")[0] == 200:
                    return
            except OSError:
                time.sleep(0.25)
        raise SystemExit("the server did not answer within a minute")

    def _processes(self) -> list[int]:
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += [int(child) for child in task.read_text().split()]
        return found

    def measure_memory(self) -> None:
        """Proportional set size: pages that processes share are counted once."""
        total = 0
        for pid in self._processes():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        self.peak_mb = max(self.peak_mb, total // 1024)

    def cpu_seconds(self) -> float:
        ticks = 0
        for pid in self._processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / CLOCK

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)
        self._log.close()


@dataclass
class Answers:
    """What one sort of page did: seconds from the appointed time to the last byte."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        return {
            "requests": len(self.seconds) + len(self.errors),
            **{f"p{p}_ms": _percentile(self.seconds, p) for p in (50, 95, 99)},
            "errors": len(self.errors),
            "first_errors": self.errors[:3],
        }


def _percentile(seconds: list[float], share: int) -> float | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 1)


def drive(kinds: list[Kind], rate: float, seconds: float, seed: int = 1) -> dict[str, Answers]:
    """Ask at the appointed times; an answer that is no 200 is an error."""
    chance = random.Random(seed)
    answers = {kind.name: Answers() for kind in kinds}
    plan = chance.choices(kinds, [kind.weight for kind in kinds], k=int(rate * seconds))
    addresses = [kind.address(chance) for kind in plan]
    begun = time.perf_counter()

    def ask(kind: Kind, address: str, appointed: float) -> None:
        try:
            status = kind.visitor.ask(address)[0]
        except (OSError, http.client.HTTPException) as error:
            answers[kind.name].errors.append(f"{address}: {error!r}")
            return
        took = time.perf_counter() - begun - appointed
        # A number between two organisations may be one that was merged away.
        if status == 200 or (status == 400 and kind.name == "organisation"):
            answers[kind.name].seconds.append(took)
        else:
            answers[kind.name].errors.append(f"{address}: {status}")

    with ThreadPoolExecutor(64) as pool:
        for number, (kind, address) in enumerate(zip(plan, addresses, strict=True)):
            appointed = number / rate
            time.sleep(max(0.0, appointed - (time.perf_counter() - begun)))
            pool.submit(ask, kind, address, appointed)
    return answers


def measure(server: Server, rate: float, seconds: float) -> dict[str, Any]:
    kinds = mix(server.port)
    drive(kinds, min(rate, 10), 10, seed=0)  # each process reads its caches once
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(2):
            server.measure_memory()

    watcher = threading.Thread(target=watch)
    watcher.start()
    before, begun, own = server.cpu_seconds(), time.perf_counter(), time.process_time()
    answers = drive(kinds, rate, seconds)
    took, cpu = time.perf_counter() - begun, server.cpu_seconds() - before
    own = time.process_time() - own
    stop.set()
    watcher.join()
    together = Answers()
    for one in answers.values():
        together.seconds += one.seconds
        together.errors += one.errors
    return {
        "rate": rate,
        "seconds": round(took, 1),
        "all": together.row(),
        "pages": {name: one.row() for name, one in answers.items()},
        "server_cpu_ms_a_request": round(1000 * cpu / (rate * seconds), 1),
        "load_cpu_ms_a_request": round(1000 * own / (rate * seconds), 1),
        "server_memory_mb": server.peak_mb,
        "load": os.getloadavg()[0],
    }


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--home", type=Path, required=True)
    arguments.add_argument("--scale", type=float, default=1.0)
    arguments.add_argument("--grown", type=int, default=1)
    arguments.add_argument("--rate", type=float, default=50.0)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    build(asked.home, asked.scale, asked.grown)
    server = Server(asked.home)
    try:
        server.wait()
        result = {
            "scale": asked.scale,
            "grown": asked.grown,
            **measure(server, asked.rate, asked.seconds),
        }
    finally:
        server.stop()
    for name, row in [*result["pages"].items(), ("all", result["all"])]:
        sys.stdout.write(
            f"{name:20} {row['requests']:6} {row['p50_ms']!s:>8} {row['p95_ms']!s:>8} "
            f"{row['p99_ms']!s:>8} {row['errors']:4} {' '.join(row['first_errors'])}\n"
        )
    sys.stdout.write(
        f"server: {result['server_cpu_ms_a_request']} ms CPU a request, "
        f"{result['server_memory_mb']} MB; "
        f"asking: {result['load_cpu_ms_a_request']} ms CPU a request\n"
    )
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if result["all"]["errors"]:
        sys.exit("some pages did not answer")


if __name__ == "__main__":
    main()
