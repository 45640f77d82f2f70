"""Identifiers as types: a value of one of these types is right by its standard, or was refused."""

from zhiheng.subjects.identifiers.orgcode import OrgCode
from zhiheng.subjects.identifiers.text import normalise_code, normalise_codes
from zhiheng.subjects.identifiers.uscc import Uscc, uscc_valid

__all__ = ["OrgCode", "Uscc", "normalise_code", "normalise_codes", "uscc_valid"]
