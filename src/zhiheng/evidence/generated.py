"""Kinds that the procedures of other rooms bring with them.

A room declares its procedures in its module ``procedures``; those modules are found by name, so
that no room imports one that stands later.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil

import zhiheng


def discover() -> None:
    """Import the module ``procedures`` of every room that has one."""
    for room in pkgutil.iter_modules(zhiheng.__path__):
        name = f"zhiheng.{room.name}.procedures"
        if room.ispkg and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
