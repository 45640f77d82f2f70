"""Names of regions on pages, and the place this home speaks of."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from zhiheng.office import audit
from zhiheng.office.memory import Latest
from zhiheng.office.models import Party
from zhiheng.office.queries import LOADED, PARTY_ADDED, region_tree
from zhiheng.office.regions import TreeView
from zhiheng.web.language import in_language


def today_view() -> TreeView:
    """The region tree as it stands today."""
    return region_tree().as_of(timezone.localdate())


def region_name(view: TreeView, key: str) -> str:
    """A region's name in the language of the page; the key itself where the tree lacks it."""
    version = view.version(key)
    return in_language(version.name, version.name_en) if version else key


def home_region(view: TreeView) -> str | None:
    """The region this home speaks of: the lowest that holds the regions of all its units.

    Where no unit has a region, the lowest under which the whole tree lies: a city, not the
    province that it alone stands for.
    """
    units = Party.objects.filter(kind=Party.Kind.UNIT, region__isnull=False)
    named = units.values_list("region", flat=True).distinct()
    chains = [chain for key in named if (chain := view.ancestors(str(key)))]
    if chains:
        shared = set(chains[0]).intersection(*chains)
        return next((key for key in chains[0] if key in shared), None)
    keys, top = view.roots(), None
    while len(keys) == 1:
        top = keys[0]
        keys = view.children(top)
    return top


_home: Latest[str | None] = Latest()


def place_name() -> str:
    """Name of the home's region; empty where its parties share none."""
    view = today_view()
    marks = audit.last(LOADED), audit.last(PARTY_ADDED)
    here = (str(connection.settings_dict["NAME"]), *marks, timezone.localdate())
    found = _home.of(here, lambda: home_region(view))
    return region_name(view, found) if found else ""
