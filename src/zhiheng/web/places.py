"""Names of regions on pages, and the place this home speaks of."""

from __future__ import annotations

from django.utils import timezone

from zhiheng.office.queries import region_tree
from zhiheng.office.regions import TreeView
from zhiheng.web.language import in_language


def today_view() -> TreeView:
    """The region tree as it stands today."""
    return region_tree().as_of(timezone.localdate())


def region_name(view: TreeView, key: str) -> str:
    """A region's name in the language of the page; the key itself where the tree lacks it."""
    version = view.version(key)
    return in_language(version.name, version.name_en) if version else key


def top_region(view: TreeView) -> str | None:
    """The lowest region that holds all others: a city, not the province it alone stands for."""
    keys, top = view.roots(), None
    while len(keys) == 1:
        top = keys[0]
        keys = view.children(top)
    return top


def place_name() -> str:
    """Name of the top region; empty where several regions stand side by side at the top."""
    view = today_view()
    top = top_region(view)
    return region_name(view, top) if top else ""
