"""The house keeps its own rules: import order, sizes, words, locks, pages that cover everything."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from support.places import CHECKOUT, PACKAGE, tracked_files

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
ROOMS = sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())
LOCKS = sorted(CHECKOUT.glob("requirements*.lock"))


def _texts() -> list[tuple[str, str]]:
    found = []
    for file in tracked_files():
        if "vendor" not in file.parts:
            content = file.read_bytes()
            if b"\0" not in content:
                found.append((str(file.relative_to(CHECKOUT)), content.decode("utf-8")))
    return found


def test_rooms_import_only_rooms_above_them() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([linter, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {file: len(file.read_text("utf-8").splitlines()) for file in PACKAGE.rglob("*.py")}
    assert [str(file) for file, length in lengths.items() if length > 400] == []


@pytest.mark.parametrize(
    "forbidden",
    [
        r"(?<![\w.])/(?:work|root|home/\w+)/",
        r"\b(?:pypi|pythonhosted|npmjs|npmmirror)\.(?:org|com)\b",
        r"\bTO" r"DO\b|\bFIX" r"ME\b|\bXX" r"X\b",
        r"NotImplemented" r"Error",
        r"pytest\.(?:mark\.)?(?:sk" r"ip|xf" r"ail)",
    ],
    ids=["absolute path", "registry", "unfinished", "stub", "test that does not run"],
)
def test_tracked_files_do_not_say(forbidden: str) -> None:
    pattern = re.compile(forbidden)
    own = str(Path(__file__).relative_to(CHECKOUT))
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in _texts()
        if name != own
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_every_room_has_its_page() -> None:
    pages = {page.stem for page in (CHECKOUT / "docs" / "rooms").glob("*.md")}
    assert pages == set(ROOMS)


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in _texts()
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
        if "://" not in target and not (CHECKOUT / name).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_glossary_has_one_word_per_concept() -> None:
    table = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (CHECKOUT / "GLOSSARY.md").read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    head, rule, *rows = table
    assert head == ["中文", "English", "code", "defined by"]
    assert set("".join(rule)) == {"-"}
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    for column in (0, 2):
        words = [row[column] for row in rows]
        assert sorted({word for word in words if words.count(word) > 1}) == []


def _requirement(text: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", text)
    assert match is not None
    return _plain(match[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _wanted(*groups: str) -> set[str]:
    names = {_requirement(text) for text in PROJECT["project"]["dependencies"]}
    for group in groups:
        for entry in PROJECT["dependency-groups"][group]:
            names |= {_requirement(entry)} if isinstance(entry, str) else set()
    return names


def _locked(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE):
        found.setdefault(_plain(name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_are_hashed_and_name_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_locks_cover_the_declared_dependencies_with_one_version() -> None:
    operation = _locked(CHECKOUT / "requirements.lock")
    testing = _locked(CHECKOUT / "requirements-test.lock")
    assert _wanted("install") - set(operation) == set()
    assert _wanted("install", "test") - set(testing) == set()
    assert {name for name in operation if not operation[name] <= testing.get(name, set())} == set()


def _licences() -> dict[str, str]:
    """Package to licence, as the tables of docs/architecture.md say."""
    text = (CHECKOUT / "docs" / "architecture.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w, .-]+) \| [^|]+ \| ([\w.-]+) \|$", text, re.MULTILINE)
    described = [(names, licence) for names, licence in rows if names != "package"]
    return {_plain(n.strip()): licence for names, licence in described for n in names.split(",")}


def test_every_dependency_is_described() -> None:
    assert set(_licences()) == _wanted("install", "test")


@pytest.mark.parametrize("package", sorted(_licences()))
def test_a_described_licence_is_the_one_the_package_states(package: str) -> None:
    described = _licences()[package]
    metadata = distribution(package).metadata
    stated = " ".join(
        [
            metadata.get("License-Expression") or "",
            *(c for c in metadata.get_all("Classifier") or [] if c.startswith("License")),
            (metadata.get("License") or "")[:60],
        ]
    )
    family = described.split("-")[0]
    words = {"0BSD": "BSD", "OFL": "OFL", "MPL": "MPL", "LGPL": "LGPL"}
    assert words.get(family, family) in stated or not stated.strip()
    assert re.search(r"(?<!L)GPL", described + stated) is None
