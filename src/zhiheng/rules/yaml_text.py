"""YAML as its readers expect it: only ``true`` and ``false`` are booleans.

YAML 1.1 also takes yes, no, on, off, y and n for booleans, which would turn a key ``on`` or a
filed value ``No`` into something nobody wrote.
"""

from __future__ import annotations

import re
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    pass


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$"), list("tf"))


def load(text: str) -> Any:
    """The value a YAML text says. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_Loader)
