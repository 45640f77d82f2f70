"""What stands before every view: rates over several processes, sizes, headers, hosts, cookies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from support.deliveries import load_places

from zhiheng.office import dated_values
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.portal import gate
from zhiheng.web import counters

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"
COUNT = """
import sys
from pathlib import Path
from zhiheng.web import counters
counters._SECONDS_TO_WAIT = 30
for _i in range(200):
    last = counters.count(Path(sys.argv[1]), "somebody", 3600, 7200.0)
print(last)
"""


@pytest.fixture
def reporter(home: Home) -> Client:
    load_places()
    (home.path / "settings.yaml").unlink()
    party = add_party(SYSTEM, "scjg", "unit", "市场监管局")
    add_user(SYSTEM, "zhao", "赵工", party, ["reporter"], PASSWORD)
    client = Client()
    client.post("/sign-in", {"username": "zhao", "password": PASSWORD})
    return client


@pytest.fixture
def rate(monkeypatch: pytest.MonkeyPatch):  # type: ignore
    """Sets all rates to a few times an hour."""
    today = dated_values.today

    def set_to(times: int) -> None:
        small = {"times": times, "seconds": 3600}
        monkeypatch.setattr(
            dated_values, "today", lambda name: small if name.startswith("rate.") else today(name)
        )

    return set_to


@pytest.mark.parametrize(
    ("method", "path", "rule"),
    [
        ("post", "/sign-in", "sign_in"),
        ("post", "/sign-in/code", "sign_in"),
        ("post", "/claim", "sign_in"),
        ("post", "/api/v1/claims", "sign_in"),
        ("get", "/sign-in/city/return?state=x", "sign_in"),
        ("get", "/sign-in", None),
        ("post", "/desk/import", "upload"),
        ("get", "/desk/organisations?q=晨光", "search"),
        ("get", "/api/v1/kinds", "api"),
        ("get", "/", None),
        ("get", "/desk", None),
    ],
)
def test_what_counts_under_which_rule(method: str, path: str, rule: str | None) -> None:
    assert gate.rule_of(getattr(RequestFactory(), method)(path)) == rule


def test_who_asks_too_often_is_told_when_to_come_back(reporter: Client, rate) -> None:  # type: ignore
    rate(3)
    stranger = Client(REMOTE_ADDR="10.0.0.1")
    answers = [stranger.get("/api/v1/kinds") for _time in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3601
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert answers[-1].json()["code"] == "request.often"
    assert Client(REMOTE_ADDR="10.0.0.2").get("/api/v1/kinds").status_code == 200


def test_the_page_is_readable(reporter: Client, rate) -> None:  # type: ignore
    rate(1)
    reporter.get("/desk/organisations?q=晨光")
    said = reporter.get("/desk/organisations?q=晨光")
    assert said.status_code == 429
    assert "秒后再试" in said.content.decode()
    assert reporter.get("/desk/organisations").status_code == 200


def test_signing_in_is_counted_by_address_whoever_asks(reporter: Client, rate) -> None:  # type: ignore
    rate(2)
    codes = [
        Client(REMOTE_ADDR="10.0.0.3").post("/sign-in", {"username": f"u{i}"}).status_code
        for i in range(3)
    ]
    assert codes == [422, 422, 429]


def test_accounts_behind_one_address_are_counted_apart(home: Home, reporter: Client, rate) -> None:  # type: ignore
    party = add_party(SYSTEM, "scjg", "unit", "市场监管局")
    add_user(SYSTEM, "qian", "钱工", party, ["reporter"], PASSWORD)
    other = Client()
    other.post("/sign-in", {"username": "qian", "password": PASSWORD})
    rate(1)
    assert [reporter.get("/api/v1/kinds").status_code for _time in range(2)] == [200, 429]
    assert other.get("/api/v1/kinds").status_code == 200


def test_a_made_up_token_is_nobody(home: Home, reporter: Client, rate) -> None:  # type: ignore
    rate(2)
    asked = [
        Client(REMOTE_ADDR="10.0.0.4").get(
            "/api/v1/kinds", headers={"authorization": f"Bearer made-up-{i}"}
        )
        for i in range(3)
    ]
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    big = Client().post(
        "/sign-in", {"username": "y" * 70_000}, headers={"authorization": "Bearer made-up"}
    )
    assert big.status_code == 413


def test_a_home_may_leave_counting_to_its_proxy(home: Home, reporter: Client, rate) -> None:  # type: ignore
    rate(1)
    (home.path / "settings.yaml").write_text("rate_limits: off\n")
    assert [Client().get("/api/v1/kinds").status_code for _time in range(3)] == [200] * 3


def test_processes_count_together(tmp_path: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)], stdout=subprocess.PIPE)
        for _process in range(3)
    ]
    lasts = [int(process.communicate(timeout=60)[0]) for process in running]
    assert max(lasts) == 600
    assert counters.count(tmp_path, "somebody", 3600, 7200.0) == 601


def test_a_new_window_begins_at_one_and_old_ones_go(tmp_path: Path) -> None:
    assert [counters.count(tmp_path, "a", 60, now) for now in (0.0, 59.0, 60.0)] == [1, 2, 1]
    counters.count(tmp_path, "b", 60, 10_000.0)
    rows = counters._connection(tmp_path / counters.NAME).execute("SELECT count(*) FROM counted")
    assert rows.fetchone() == (1,)
    assert counters.left(60, 59.5) == 1


def test_a_counter_that_fails_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / counters.NAME).write_bytes(b"not a database at all" * 100)
    assert counters.count(tmp_path, "a", 60, 0.0) == 0


def test_a_stranger_may_send_little(home: Home) -> None:
    big = {"username": "x", "password": "y" * 70_000}
    refused = Client().post("/sign-in", big)
    assert refused.status_code == 413
    assert "字节" in refused.content.decode()
    file = SimpleUploadedFile("a.csv", b"x" * 70_000)
    assert Client().post("/api/v1/imports", {"table": file}).status_code == 413


def test_too_big_an_upload_is_refused_by_its_announced_length(reporter: Client) -> None:
    refused = reporter.generic(
        "POST",
        "/desk/import",
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(201 * 2**20),
    )
    assert refused.status_code == 413
    assert "最多 209715200 字节" in refused.content.decode()


def test_too_many_files_are_refused(reporter: Client) -> None:
    files = {f"f{i}": SimpleUploadedFile(f"{i}.csv", b"x") for i in range(5)}
    assert reporter.post("/desk/import", files).status_code == 400


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("table.exe", b"MZ", "不是可以读取的文件类型"),
        ("table.xlsx", b"MZ\x90\x00\x03", "不是 .xlsx 文件"),
        ("table.csv", b"PK\x03\x04 a workbook", "不是 .csv 文件"),
        ("table.xlsx", b"a,b,c\n1,2,3\n", "不是 .xlsx 文件"),
    ],
)
def test_an_upload_is_what_its_name_says(
    reporter: Client, name: str, content: bytes, said: str
) -> None:
    table = SimpleUploadedFile(name, content)
    answer = reporter.post("/desk/import", {"kind": "product_inspection", "table": table})
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "..\\x.csv", "a\x00b.csv", "a/../b.csv"])
def test_a_name_leads_nowhere_else(reporter: Client, home: Home, name: str) -> None:
    table = SimpleUploadedFile("x.csv", "抽样单号\nA-1\n".encode())
    table.name = name.split("/")[-1].replace("\x00", "")
    sent = reporter.post("/desk/import", {"kind": "product_inspection", "table": table})
    assert sent.status_code == 302
    kept = [p for p in home.path.rglob("*.csv")]
    assert kept
    assert all(p.is_relative_to(home.files / "received") for p in kept)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing-here", "/api/v1/kinds"])
def test_every_answer_carries_the_headers(home: Home, path: str) -> None:
    headers = Client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_another_host_gets_no_answer(home: Home) -> None:
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(reporter: Client) -> None:
    session = reporter.cookies[settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")
    assert settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_https_makes_cookies_secure_and_lasting(home: Home) -> None:
    (home.path / "settings.yaml").write_text("site: {https: true, proxies: 1}\n")
    said = "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, "
    said += "s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.SECURE_PROXY_SSL_HEADER[0])"
    done = subprocess.run(
        [sys.executable, "-c", said],
        env={
            "DJANGO_SETTINGS_MODULE": "zhiheng.office.settings",
            "ZHIHENG_HOME": str(home.path),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "True", "True", "HTTP_X_FORWARDED_PROTO"]


def test_a_foreign_page_cannot_post(reporter: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = reporter.cookies
    assert strict.post("/account/sign-out-everywhere").status_code == 403
