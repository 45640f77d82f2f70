"""The public pages and the desk's, as requests: what people send, and what the hostile send."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from support.complaints import COMPLAINT, PEOPLE, people

from zhiheng.complaints.models import Photo
from zhiheng.office import dated_values
from zhiheng.office.actions import add_token
from zhiheng.office.actors import Actor
from zhiheng.office.models import AuditEntry, User
from zhiheng.office.sign_in import BACKEND
from zhiheng.procedures.models import Case, PersonalAnswer

SCRIPT = "<script>alert('坏')</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def public(home) -> Client:
    people()
    return Client()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def _file(content: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _send(client: Client, **changed):
    form = {k: v for k, v in COMPLAINT.items() if k != "channel"}
    return client.post("/complaints", {**form, "part_complaint": "1", "act": "send", **changed})


def _receipt(answer) -> tuple[str, str]:
    text = unescape(answer.content.decode())
    number, secret = (re.search(rf'id="{name}">([^<]+)<', text)[1] for name in ("number", "secret"))  # type: ignore[index]
    return number, secret


def _follow(client: Client, number: str, secret: str, **more: str):
    return client.post("/complaints/follow", {"number": number, "secret": secret, **more})


def _signed_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name), backend=BACKEND)
    return client


def test_a_complaint_with_a_photo_is_sent_and_followed_without_an_account(public) -> None:
    answer = _send(public, photos=[_file(_picture())])
    assert answer.status_code == 200
    assert not answer.cookies
    number, secret = _receipt(answer)
    assert Photo.objects.count() == 1
    page = _follow(public, number, secret)
    assert "待受理" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_a_case_says_where_the_business_is_by_name(public) -> None:
    _send(public)
    page = _signed_in("east").get(f"/desk/cases/{Case.objects.get().pk}").content.decode()
    assert "<dt>商家经营所在区域</dt><dd>云溪区</dd>" in page
    assert "990101" not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_form_is_there_in_both_languages(public, language) -> None:
    page = public.get("/complaints", headers={"accept-language": language}).content.decode()
    assert ("What happened" in page) == (language == "en")


def test_script_is_only_text(public) -> None:
    number, secret = _receipt(_send(public, account=SCRIPT, respondent=SCRIPT, claim=SCRIPT))
    case = Case.objects.get()
    pages = [
        _follow(public, number, secret),
        _signed_in("east").get(f"/desk/complaints/{case.pk}"),
        _send(public, account=SCRIPT, trade=""),
    ]
    assert PersonalAnswer.objects.get(name="account").value == SCRIPT
    for page in pages:
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_what_was_typed_stays_when_something_is_wrong(public) -> None:
    answer = _send(public, trade="", amount="许多")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "李四" in text
    assert text.count('aria-invalid="true"') == 2
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("照片.jpg", b"MZ\x90\x00" + b"\0" * 100), ("a.exe", b"MZ"), ("a.png", b"<svg/>")],
)
def test_a_photo_that_is_a_program_is_refused_in_words(public, name, content) -> None:
    answer = _send(public, photos=[_file(content, name)])
    assert answer.status_code == 422
    assert "照片" in answer.content.decode()
    assert Case.objects.count() == 0


def test_two_hundred_photos_are_refused_in_words(public) -> None:
    answer = _send(public, photos=[_file(_picture(), f"{n}.jpg") for n in range(200)])
    assert answer.status_code == 422
    assert "最多 4 张" in answer.content.decode()


def test_ten_megabytes_of_text_are_refused_in_words(public) -> None:
    answer = _send(public, account="坏" * (10 * 2**20 // 3))
    assert answer.status_code == 422
    assert "最多 4000 个字符" in answer.content.decode()
    assert len(answer.content) < 200_000


def test_a_body_beyond_all_measure_is_refused_unread(public) -> None:
    answer = public.post("/complaints", b"", content_type="text/plain", CONTENT_LENGTH=str(2**30))
    assert answer.status_code == 413


def test_neither_box_ticked_is_said(public) -> None:
    answer = _send(public, part_complaint="")
    assert "请至少勾选一项" in answer.content.decode()


def test_a_double_click_gets_the_same_receipt(public) -> None:
    first, second = (_send(public, request="abc123") for _time in range(2))
    assert _receipt(first) == _receipt(second)
    assert Case.objects.count() == 1


def test_drafts_are_kept_and_opened_without_an_account(public) -> None:
    kept = public.post(
        "/complaints", {"account": "写到一半", "act": "keep", "request": "tok", "part_report": "1"}
    )
    number, secret = _receipt(kept)
    opened = public.post("/complaints", {"act": "open", "number": number, "secret": secret})
    text = opened.content.decode()
    assert "写到一半" in text
    assert 'value="tok"' in text
    wrong = public.post("/complaints", {"act": "open", "number": number, "secret": "AAAA"})
    assert wrong.status_code == 403


def test_wrong_numbers_and_wrong_secrets_look_alike(public) -> None:
    number, secret = _receipt(_send(public))
    answers = [
        _follow(public, number, "2222-3333-4444"),
        _follow(public, "20260101-222222", secret),
    ]
    assert {answer.status_code for answer in answers} == {403}
    first, second = (
        answer.content.decode().replace(number, "N").replace("20260101-222222", "N")
        for answer in answers
    )
    assert first == second


def test_guessing_at_speed_is_stopped(home, public, monkeypatch) -> None:
    (home.path / "settings.yaml").unlink()
    today = dated_values.today
    small = {"times": 3, "seconds": 3600}
    monkeypatch.setattr(
        dated_values, "today", lambda name: small if name == "rate.receipt" else today(name)
    )
    statuses = [_follow(public, "20260101-222222", "2222").status_code for _time in range(5)]
    assert statuses == [403, 403, 403, 429, 429]


def test_steps_of_the_sender_on_the_page(public) -> None:
    number, secret = _receipt(_send(public))
    added = _follow(public, number, secret, step="supplement", supplement="小票照片", request="1")
    assert "已记下" in added.content.decode()
    empty = _follow(public, number, secret, step="supplement", supplement="", request="2")
    assert empty.status_code == 422
    assert _follow(public, number, secret, step="accept", request="3").status_code == 404
    gone = _follow(public, number, secret, step="withdraw", request="4")
    assert "已撤回" in gone.content.decode()


def test_a_clerk_of_the_neighbour_district_opens_nothing_by_its_address(public) -> None:
    _send(public, photos=[_file(_picture())])
    case, digest = Case.objects.get(), Photo.objects.get().digest
    west, east = _signed_in("west"), _signed_in("east")
    for path in (
        f"/desk/complaints/{case.pk}",
        f"/desk/complaints/{case.pk}/photos/{digest}.jpg",
        f"/desk/complaints/{case.pk}/agreement.docx",
    ):
        assert west.get(path).status_code == 404
    assert east.get(f"/desk/complaints/{case.pk}").status_code == 200
    assert east.get(f"/desk/complaints/{case.pk}/photos/{digest}.jpg").status_code == 200
    assert public.get(f"/desk/complaints/{case.pk}").status_code == 302
    assert AuditEntry.objects.filter(verb="procedures.view_personal").count() == 1


def test_an_attachment_of_another_case_is_not_found(public) -> None:
    _send(public, photos=[_file(_picture())])
    _send(public)
    first, second = Case.objects.order_by("id")
    digest = Photo.objects.get(case=first).digest
    path = f"/desk/complaints/{second.pk}/photos/{digest}.jpg"
    assert _signed_in("east").get(path).status_code == 404


def test_a_call_is_taken_down_by_staff(public) -> None:
    east = _signed_in("east")
    form = {**COMPLAINT, "channel": "phone", "part_complaint": "1", "request": "call-1"}
    answer = east.post("/desk/complaints/enter", form)
    number, secret = _receipt(answer)
    assert _follow(public, number, secret).status_code == 200
    assert Case.objects.get().filer == PEOPLE["east"][0]
    wrong = east.post("/desk/complaints/enter", {**form, "trade": "", "request": "call-2"})
    assert wrong.status_code == 422


def test_guidance_and_figures_are_shown(public) -> None:
    _send(public)
    case, east = Case.objects.get(), _signed_in("east")
    page = east.get(f"/desk/complaints/{case.pk}?amount=3000&wage=100000").content.decode()
    assert "小额诉讼" in page
    assert "待核实" in page
    wrong = east.get(f"/desk/complaints/{case.pk}?amount=x&wage=1").content.decode()
    assert "不是金额" in wrong
    figures = east.get("/desk/complaints/statistics")
    assert figures.status_code == 200


def test_steps_out_of_order_by_the_api_are_refused_in_words(public) -> None:
    _send(public)
    case = Case.objects.get()

    def post(name: str, step: str):
        user = User.objects.get(username=name)
        _made, secret = add_token(Actor.system(), user, "tests", 30)
        body = json.dumps({"step": step, "answers": {}})
        return Client(headers={"Authorization": f"Bearer {secret}"}).post(
            f"/api/v1/cases/{case.pk}/steps", body, content_type="application/json"
        )

    early = post("east", "test_back")
    assert early.status_code == 409
    assert "受理" in early.json()["fix"]
    assert post("west", "accept").status_code == 404
    assert post("east", "withdraw").status_code in {403, 409}
    assert Case.objects.get().events == 1
