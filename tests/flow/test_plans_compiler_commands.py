"""plan read and plan text on real files, without a home."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from zhiheng.documents.typesetting import SERIF, literal, to_pdf
from zhiheng.plans.documents import read_document

PLAN = """衡川市质量强市行动计划（2024—2026年）
一、主要目标
到2026年，产品抽查合格率达到95%以上，食品抽检合格率稳定在98%以上。
二、重点任务
（一）培育品牌。到2026年，创建名牌产品40个、服务名牌12个。（市市场监管局牵头，市商务局配合）
"""


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "ZHIHENG_HOME"}
    command = [str(Path(sys.executable).with_name("zhiheng")), *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)


def test_read_prints_one_object_whose_spans_are_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN, encoding="gb18030")
    read = _run("plan", "read", str(path), "--json")
    said = json.loads(read.stdout)
    text = _run("plan", "text", str(path)).stdout
    assert text == PLAN
    assert [t["value"] for t in said["targets"]] == [95, 98, 40, 12]
    assert all(text[t["start"] : t["end"]] == t["text"] for t in said["targets"])
    assert said["document"]["period"] == [2024, 2026]
    assert said["responsibilities"][0]["with"] == ["市商务局"]
    assert [task["lead"] for task in said["tasks"]] == [["市市场监管局"]]
    assert {c["id"] for c in said["clauses"]} >= {t["clause"] for t in said["targets"]}


def test_several_files_give_a_list(tmp_path: Path) -> None:
    for name in ("a.txt", "b.md"):
        (tmp_path / name).write_text(PLAN, encoding="utf-8")
    read = _run("plan", "read", str(tmp_path / "a.txt"), str(tmp_path / "b.md"), "--json")
    assert [said["name"] for said in json.loads(read.stdout)] == ["a.txt", "b.md"]


def test_without_json_a_person_sees_the_targets(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PLAN, encoding="utf-8")
    read = _run("plan", "read", str(tmp_path / "a.txt"))
    assert "名牌产品  ≥ 40个 · 2026" in read.stdout


@pytest.mark.parametrize(
    ("content", "code", "exit_code"),
    [
        (b"", "file.empty", 2),
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "file.kind", 2),
        ("质".encode() * 600_000, "plan.too_long", 2),
        (None, "file.missing", 3),
    ],
)
def test_what_is_no_plan_gives_a_coded_error(
    tmp_path: Path, content: bytes | None, code: str, exit_code: int
) -> None:
    path = tmp_path / "plan.docx"
    if content is not None:
        path.write_bytes(content)
    read = _run("plan", "read", str(path), "--json")
    assert read.returncode == exit_code
    assert json.loads(read.stderr)["error"]["code"] == code


def test_a_document_without_targets_says_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("关于召开质量工作会议的通知\n请各单位准时参加。\n", encoding="utf-8")
    assert [w.code for w in read_document(path).warnings] == ["plan.no_targets"]


def test_damaged_bytes_are_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(PLAN.encode("gb18030")[:-2])
    assert "plan.bytes_lost" in {w.code for w in read_document(path).warnings}


def test_word_web_page_and_pdf_promise_what_the_text_promises(tmp_path: Path, shared: Path) -> None:
    """Made from one of the seed documents, which stays out of the checkout."""
    source = sorted((shared / "seeds").glob("001*.txt"))[0]
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if line.strip()]
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    (tmp_path / "a.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    pages = '#set page(numbering: "— 1 —")\n' + "\n\n".join(
        f'#par(text(font: "{SERIF}", {literal(line)}))' for line in lines
    )
    (tmp_path / "a.pdf").write_bytes(to_pdf(pages, date(2026, 1, 1)))
    wanted = _promises(source)
    assert len(wanted) > 20
    for name in ("a.docx", "a.html", "a.pdf"):
        assert _promises(tmp_path / name) == wanted, name


def _promises(path: Path) -> list[tuple[object, ...]]:
    return [
        (t.metric, t.op, t.value, t.value_max, t.unit, t.deadline)
        for t in read_document(path).targets
    ]
