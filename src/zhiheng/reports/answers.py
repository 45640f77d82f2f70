"""What the API of reports is told."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field

from zhiheng.web.conventions import Text


class PersonGiven(Schema):
    """The personal value that names the person; it is sent in the body so that no log keeps it."""

    value: Text = Field(
        description="姓名、电话等 / name, phone or the like", examples=["13800000000"]
    )
