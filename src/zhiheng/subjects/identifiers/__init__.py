"""Identifiers as types: a value of one of these types is right by its standard, or was refused.

Each type has ``.parse(text)``, raises `ContentError` with a stable code, and prints its canonical
spelling with ``str``.
"""

from zhiheng.subjects.identifiers.digital_link import DigitalLink
from zhiheng.subjects.identifiers.equipment import (
    EquipmentClass,
    EquipmentCode,
    EquipmentRegistration,
    LiftRescueNumber,
)
from zhiheng.subjects.identifiers.gs1 import Gln, Gtin, Sscc
from zhiheng.subjects.identifiers.industry import IndustryCode
from zhiheng.subjects.identifiers.instrument import InstrumentKey
from zhiheng.subjects.identifiers.orgcode import OrgCode
from zhiheng.subjects.identifiers.region_code import RegionCode
from zhiheng.subjects.identifiers.text import normalise_code, normalise_codes
from zhiheng.subjects.identifiers.uscc import Uscc, uscc_valid

__all__ = [
    "DigitalLink",
    "EquipmentClass",
    "EquipmentCode",
    "EquipmentRegistration",
    "Gln",
    "Gtin",
    "IndustryCode",
    "InstrumentKey",
    "LiftRescueNumber",
    "OrgCode",
    "RegionCode",
    "Sscc",
    "Uscc",
    "normalise_code",
    "normalise_codes",
    "uscc_valid",
]
