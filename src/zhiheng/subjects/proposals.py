"""The organisations of the record in the form that `matching` compares with, kept between uses."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from zhiheng.office.models import AuditEntry
from zhiheng.subjects.matching import Known
from zhiheng.subjects.models import Organisation, OrganisationName

_kept: dict[tuple[Any, ...], Known] = {}

_ORGANISATION = {
    "id": pl.Int64,
    "uscc": pl.String,
    "region": pl.String,
    "address": pl.String,
    "normal": pl.String,
    "key": pl.String,
}
_NAME = {"organisation_id": pl.Int64, "normal": pl.String, "key": pl.String}


_CHANGING = ("register_references", "new", "undo", "add_alias", "describe")
"""Acts after which there may be somebody new to propose."""


def known(visible: QuerySet[Organisation], regions: frozenset[str] | None) -> Known:
    """The given organisations to compare with; loaded again only when the record has changed.

    Args:
        visible: the organisations an actor may see.
        regions: what that depends on, the actor's scope.
    """
    acts = AuditEntry.objects.filter(verb__in=[f"subjects.{act}" for act in _CHANGING])
    last_act = acts.order_by("-id").values_list("id", flat=True).first()
    mark = (connection.settings_dict["NAME"], regions, last_act)
    if mark not in _kept:
        _kept.clear()
        _kept[mark] = _load(visible)
    return _kept[mark]


def _load(visible: QuerySet[Organisation]) -> Known:
    rows = visible.order_by("id").values_list(*_ORGANISATION)
    organisations = pl.DataFrame(list(rows), schema=_ORGANISATION, orient="row")
    aliases = OrganisationName.objects.filter(organisation__in=visible).values_list(*_NAME)
    names = pl.concat(
        [
            organisations.select(organisation="id", name="normal", key="key", alias=pl.lit(False)),
            pl.DataFrame(list(aliases), schema=_NAME, orient="row").select(
                organisation="organisation_id", name="normal", key="key", alias=pl.lit(True)
            ),
        ]
    )
    return Known(organisations.rename({"id": "organisation"}), names)
