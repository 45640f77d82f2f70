"""Mappings that reach for what is not theirs, or cannot be followed: refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from support.deliveries import HEADER, inspection, load_places, write_csv

from zhiheng.evidence.actions import import_file
from zhiheng.evidence.receiving import hand_in
from zhiheng.office import actions, jobs
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import Job, User
from zhiheng.office.queries import actor_of
from zhiheng.rules.errors import ContentError

OPERATOR = Actor.system()
NAMES = "number region occurred_on subject_code subject_name product product_class sampling result"
COLUMNS = "kind: product_inspection\ncolumns:\n" + "".join(
    f"  {name}: {title}\n" for name, title in zip(NAMES.split(), HEADER, strict=True)
)
SECRET = "strictly-between-us"


@pytest.fixture(autouse=True)
def places(home: Home) -> None:
    load_places()


def sent(home: Home, tmp_path: Path, mapping: str) -> Job:
    """What became of a file that someone handed in with this mapping."""
    party = actions.add_party(OPERATOR, "yunxi", "unit", "云溪区市场监管局", "990101")
    user = User.objects.create(username="yunxi", name="报送员", party=party, roles=["reporter"])
    table = write_csv(tmp_path / "a.csv", [inspection("A-1")]).read_bytes()
    job, _new = hand_in(
        actor_of(user),
        "product_inspection",
        SimpleUploadedFile("a.csv", table),
        SimpleUploadedFile("m.yaml", mapping.encode()),
    )
    jobs.run.call(job.id)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    "file",
    ["../../../notes.csv", "/etc/passwd", "..", "", "..\\\\notes.csv", "sub/notes.csv", "n\\0.csv"],
)
def test_a_mapping_names_no_file_elsewhere(home: Home, tmp_path: Path, file: str) -> None:
    (home.path / "notes.csv").write_text(f"编号,{SECRET}\nA-1,1\n", encoding="utf-8")
    join = f'joins: [{{file: "{file}", on: {{抽样单号: 编号}}, take: [数]}}]\n'
    job = sent(home, tmp_path, COLUMNS + join)
    assert job.state == Job.State.FAILED
    assert "joins.0.file" in job.message
    assert "不是文件名" in job.message
    assert SECRET not in f"{job.message}{job.result}"


def test_a_file_that_was_not_sent_along_is_not_told_by_its_path(home: Home, tmp_path: Path) -> None:
    join = "joins: [{file: notes.csv, on: {抽样单号: 编号}, take: [数]}]\n"
    job = sent(home, tmp_path, COLUMNS + join)
    assert job.state == Job.State.FAILED
    assert "notes.csv" in job.message
    assert str(home.path) not in job.message


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("units: {weight: {factor: .inf}}", "units.weight.factor"),
        ("units: {weight: {factor: .nan}}", "units.weight.factor"),
        ("values: {stage: {出厂: factory}}", "values.stage"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(
    tmp_path: Path, part: str, named: str
) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(f"{COLUMNS}{part}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=named) as caught:
        import_file(
            OPERATOR,
            write_csv(tmp_path / "a.csv", [inspection("A-1")]),
            "product_inspection",
            mapping=path,
        )
    assert caught.value.code == "mapping.invalid"
