"""A city with three units that handle complaints, and the people in them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from zhiheng.complaints.routing import Matter
from zhiheng.complaints.submissions import Sent, submit
from zhiheng.office import actions as office
from zhiheng.office.actors import Actor
from zhiheng.office.models import User
from zhiheng.office.queries import actor_of
from zhiheng.office.regions import RegionVersion

CITY, EAST, WEST = "990100", "990101", "990102"
REGIONS = [
    RegionVersion(CITY, "衡川市", "city"),
    RegionVersion(EAST, "云溪区", "district", CITY),
    RegionVersion(WEST, "石泉区", "district", CITY),
]
CLERK = ["complaint_clerk", "report_officer"]
PEOPLE = {
    "city": ("market-city", CITY, CLERK),
    "east": ("market-east", EAST, CLERK),
    "east2": ("market-east", EAST, CLERK),
    "east-head": ("market-east", EAST, ["complaint_head"]),
    "west": ("market-west", WEST, CLERK),
    "west-head": ("market-west", WEST, ["complaint_head"]),
}

COMPLAINT: dict[str, Any] = {
    "account": "在云溪区老张饭店买的酱油打开就有霉斑，要求退款。",
    "claim": "退款并赔偿",
    "complainant": "李四",
    "phone": "13812345678",
    "email": "lisi@example.org",
    "respondent": "云溪区老张饭店",
    "trade": "offline",
    "business_region": EAST,
    "topic": "food",
    "channel": "web",
    "amount": "85.5",
}


def people() -> dict[str, Actor]:
    """Load regions, units and people; the actors by name."""
    operator = Actor.system()
    office.load_regions(operator, REGIONS)
    found = {}
    for name, (unit, region, roles) in PEOPLE.items():
        party = office.add_party(operator, unit, "unit", unit, region)
        user = User.objects.create(username=name, name=name, party=party, roles=roles)
        found[name] = actor_of(user)
    return found


def sent(request: str = "r-1", *, parts: frozenset[Matter] | None = None, **changed: Any) -> Sent:
    """A complaint of the public."""
    given = {**COMPLAINT, **changed}
    ticked = parts or frozenset({Matter.COMPLAINT})
    day = given.pop("day", None)
    photos = given.pop("photos", ())
    return submit(Actor.public(), given, ticked, request, photos=photos, day=day)


HEADER = (
    "来件编号", "所在区域", "来件日期", "来件性质", "事实经过", "请求事项", "姓名", "联系电话",
    "被投诉举报方", "交易方式", "类别", "来源渠道", "涉及金额",
)  # fmt: skip


def hotline_row(
    number: str, region: str = "云溪区", parts: str = "投诉", **changed: str
) -> list[str]:
    """A row as a hot-line writes it."""
    said = dict(
        zip(
            HEADER,
            (
                number, region, "2026-03-18", parts, "酱油发霉", "退款", "李四", "13812345678",
                "老张饭店", "实体店", "食品安全", "12345热线", "85.5",
            ),
            strict=True,
        )
    )  # fmt: skip
    return list((said | changed).values())


def write_rows(path: Path, *rows: list[str]) -> Path:
    """A hot-line's file."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path
