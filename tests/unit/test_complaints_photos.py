"""Photos are what they say to be, and say no more than they show."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from zhiheng.complaints import photos
from zhiheng.rules.errors import ContentError

DAY = date(2026, 3, 18)
GPS, ORIENTATION = 0x8825, 0x0112


def _picture(format: str = "JPEG", size: tuple[int, int] = (60, 40), **save) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, format, **save)
    return out.getvalue()


def _sent(content: bytes, name: str = "照片.jpg") -> list[photos.Photo]:
    return photos.received([(name, len(content), io.BytesIO(content))], DAY)


def test_the_place_is_taken_out_and_the_picture_stays_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[2] = (30.0, 15.0, 0.0)
    exif[0x010E] = "衡川市某路12号"
    sent = _picture(exif=exif) + "尾随的内容".encode()
    (photo,) = _sent(sent)
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert dict(kept.getexif()) == {}
        assert kept.size == (40, 60)
        assert kept.getpixel((5, 5))[0] > 240
    assert "尾随".encode() not in photo.content
    assert "衡川市".encode() not in photo.content


def test_png_with_transparency_becomes_a_jpeg_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    (photo,) = _sent(out.getvalue(), "a.PNG")
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert kept.format == "JPEG"
        assert kept.getpixel((5, 5)) == (255, 255, 255)


def test_a_large_photo_is_made_as_large_as_a_screen() -> None:
    (photo,) = _sent(_picture(size=(4000, 1000)))
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert kept.size == (photos.LONGEST_SIDE, 600)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.jpg", b"MZ\x90\x00" + b"\0" * 64, "file.content"),
        ("a.jpg", b"<script>alert(1)</script>", "file.content"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"MZ" * 40, "photo.broken"),
        ("a.jpg", b"", "photo.broken"),
        ("a.jpg", _picture()[:300], "photo.broken"),
        ("a.png", _picture(), "file.content"),
        ("a.exe", b"MZ", "file.ending"),
        ("a.svg", b"<svg/>", "file.ending"),
        ("照片", _picture(), "file.ending"),
    ],
)
def test_what_is_no_photo_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(ContentError) as refused:
        _sent(content, name)
    assert refused.value.code == code
    assert refused.value.fix


def test_a_bomb_of_pixels_is_refused_before_it_is_decoded(monkeypatch) -> None:
    monkeypatch.setattr(photos, "MOST_PIXELS", 100_000)
    tall = _picture("PNG", (101, 1000))[:200]
    with pytest.raises(ContentError, match="个像素") as refused:
        _sent(tall, "a.png")
    assert refused.value.code == "photo.pixels"


def test_two_hundred_photos_are_refused() -> None:
    picture = _picture()
    with pytest.raises(ContentError) as refused:
        photos.received([("a.jpg", len(picture), io.BytesIO(picture))] * 200, DAY)
    assert refused.value.code == "photo.count"
    assert "200" in refused.value.message


def test_a_photo_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(ContentError) as refused:
        photos.received([("a.jpg", 11 * 2**20, io.BytesIO())], DAY)
    assert refused.value.code == "photo.size"


def test_a_photo_is_kept_under_its_digest(tmp_path) -> None:
    (photo,) = _sent(_picture())
    digest = photo.keep(tmp_path / "photos")
    assert photos.place(tmp_path / "photos", digest).read_bytes() == photo.content
    assert [file.suffix for file in (tmp_path / "photos").iterdir()] == [".jpg"]
