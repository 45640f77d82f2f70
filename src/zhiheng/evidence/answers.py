"""What the API says of evidence: kinds, rows, batches, proofs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhiheng.evidence.accreditations import Entry
from zhiheng.web.conventions import LongText, Text

LEAF = "9f2c" * 16
_VALUES = {"product": "酱油", "product_class": "food", "sampling": "random", "result": "pass"}


class ChoiceSaid(Schema):
    """One entry of a code list."""

    code: str = Field(examples=["food"])
    zh: str = Field(examples=["食品"])
    en: str = Field(examples=["Food"])


class ColumnSaid(Schema):
    """One column of a kind, as it is declared."""

    name: str = Field(examples=["product_class"])
    zh: str = Field(examples=["产品类别"])
    en: str = Field(examples=["Product class"])
    type: str = Field(examples=["code"])
    role: str | None = Field(
        description="对各类证据同义的角色 / part it plays for every kind alike"
    )
    required: bool
    personal: bool = Field(description="个人信息，默认遮蔽 / personal, masked unless needed")
    unit: str
    choices: list[ChoiceSaid]
    least: float | None
    most: float | None
    example: str
    note: str
    share_where: str = Field(
        description="哪一列的单位为 % 时按比率报 / column whose unit of % makes this one a share"
    )
    region: bool = Field(description="文字是行政区域 / the text means a region")


class KindLine(Schema):
    """A kind of evidence in a list."""

    kind: str = Field(examples=["product_inspection"])
    zh: str = Field(examples=["监督抽查批次"])
    en: str = Field(examples=["Product inspection"])


class KindSaid(KindLine):
    """A kind of evidence with its columns."""

    source: str = Field(description="依据 / rule or standard it follows")
    may_report: list[str] = Field(description="哪类单位可报 / kinds of party that may file it")
    columns: list[ColumnSaid]


class RowSaid(Schema):
    """One row of the ledger; personal values are masked, or marked where they were erased."""

    row: int = Field(examples=[16777216])
    kind: str = Field(examples=["product_inspection"])
    batch: int
    source: str = Field(description="来源单位 / party that filed it", examples=["scjg"])
    external_id: str = Field(
        description="来源的编号 / the source's own number", examples=["A-0001"]
    )
    record_type: Literal["row", "nothing", "void"] = Field(
        description="void：经异议作废 / voided after an objection"
    )
    subject: str | None = Field(examples=["uscc:91350100M000100Y43"])
    region: str | None = Field(examples=["990101"])
    occurred_on: date
    recorded_at: datetime
    leaf: str = Field(examples=[LEAF])
    supersedes: int | None = Field(description="它更正的行 / the row it corrects")
    superseded_by: int | None = Field(description="更正它的行 / the row that corrects it")
    objection: str | None = Field(
        description="对它的异议：open、upheld、rejected、withdrawn / where an objection stands"
    )
    values: dict[str, Any] = Field(examples=[_VALUES])


class BatchSaid(Schema):
    """One sealed delivery."""

    batch: int
    kind: str
    source: str
    file: str = Field(description="文件名 / name of the file")
    file_hash: str = Field(description="SHA-256")
    recorded_at: datetime
    rows: int
    root: str = Field(examples=[LEAF])


class ProofSaid(Schema):
    """A proof for standalone_verifier.py."""

    format: str = Field(examples=["zhiheng-proof-1"])
    row: dict[str, str]
    batch: dict[str, Any]
    log: dict[str, Any]


class HeadSaid(Schema):
    """How far the log goes, and the root that stands for all of it."""

    size: int
    root: str = Field(examples=[LEAF])


class NothingGiven(Schema):
    """A period of which there was nothing to report."""

    kind: Text = Field(examples=["complaint"])
    region: Text = Field(description="代码、名称或路径 / key, name or path", examples=["990101"])
    since: date
    until: date
    note: LongText | None = None


class NothingSaid(Schema):
    """What became of it; filing the same again is only repeated."""

    batch: int | None
    kind: str
    accepted: int
    repeated: int


class EraseGiven(Schema):
    """Which personal values of the row to erase, and on what legal basis."""

    basis: LongText = Field(
        description="法律依据 / legal basis", examples=["个人信息保护法第四十七条"]
    )
    columns: list[Text] | None = Field(None, description="默认全部 / all unless named")


class ErasedSaid(Schema):
    row: int
    erased: int = Field(description="删除的值 / values erased")


class ObjectionSaid(Schema):
    """An objection where it stands now."""

    number: str = Field(examples=["16777216-1"])
    row: int = Field(description="所涉的行 / the row it is about")
    evidence: int = Field(description="异议在台账中的行 / its own present row in the ledger")
    kind: str
    state: Literal["open", "upheld", "rejected", "withdrawn"]
    source: str
    firm: str | None
    filed_on: date
    grounds: str
    attachment: str | None = Field(description="SHA-256")
    attachment_name: str | None
    decided_on: date | None
    decided_by: str | None
    reason: str | None


class ObjectionFiled(Schema):
    number: str
    row: int


class ObjectionDecided(Schema):
    """What was decided; ``void`` takes the row out at once, together with upheld."""

    decision: Literal["upheld", "rejected", "withdrawn"]
    reason: LongText
    void: bool = False


class AccreditationSaid(Schema):
    """What a technical body may file, for how long, by which certificate."""

    party: str = Field(examples=["zjy"])
    kind: str = Field(examples=["product_inspection"])
    since: date = Field(alias="from")
    to: date | None
    scope: dict[str, list[str]] = Field(examples=[{"product_class": ["food"]}])
    source: str


class AccreditationsGiven(Schema):
    entries: list[Entry] = Field(min_length=1, max_length=500)


class AccreditationsLoaded(Schema):
    loaded: int


class RetentionSaid(Schema):
    """One rule of how long things are kept."""

    what: str = Field(examples=["personal.complaint.phone"])
    days: int | None = Field(description="null 为长期保存 / null: for good")
    source: str
    confirmed: bool
