"""The organisations that references may mean, in the form that `matching` compares with."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.db.models import QuerySet

from zhiheng.subjects import finding
from zhiheng.subjects.identifiers.text import normalise_code
from zhiheng.subjects.matching import Known, Unresolved
from zhiheng.subjects.models import Organisation, OrganisationName
from zhiheng.subjects.names import comparison_key, normalise_name

_ORGANISATION = {
    "id": pl.Int64,
    "uscc": pl.String,
    "region": pl.String,
    "address": pl.String,
    "normal": pl.String,
    "key": pl.String,
}
_NAME = {"organisation_id": pl.Int64, "normal": pl.String, "key": pl.String}


def known(visible: QuerySet[Organisation], references: Sequence[Unresolved]) -> Known:
    """Of the organisations an actor may see those that the references may mean.

    They are found by their codes and by parts of their names, so that a page of references costs
    the same among a thousand organisations and among a million.
    """
    names = [normalise_name(reference.name) for reference in references]
    near = finding.like([comparison_key(name) for name in names if name])
    near |= finding.near_codes({normalise_code(r.code) for r in references if r.code})
    rows = visible.filter(id__in=near).order_by("id").values_list(*_ORGANISATION)
    organisations = pl.DataFrame(list(rows), schema=_ORGANISATION, orient="row")
    seen = organisations["id"].to_list()
    aliases = OrganisationName.objects.filter(organisation__in=seen).values_list(*_NAME)
    all_names = pl.concat(
        [
            organisations.select(organisation="id", name="normal", key="key", alias=pl.lit(False)),
            pl.DataFrame(list(aliases), schema=_NAME, orient="row").select(
                organisation="organisation_id", name="normal", key="key", alias=pl.lit(True)
            ),
        ]
    )
    return Known(organisations.rename({"id": "organisation"}), all_names)
