"""The indicators, declared; `ALL` holds them by code in the order of the reference."""

from __future__ import annotations

from zhiheng.indicators import later
from zhiheng.indicators.declaration import register
from zhiheng.indicators.indicators import (
    complaints,
    composites,
    establishments,
    firms,
    products,
    reported,
    services,
    works,
)

ALL = register(
    [
        *products.INDICATORS,
        *establishments.INDICATORS,
        *works.INDICATORS,
        *services.INDICATORS,
        *firms.INDICATORS,
        *complaints.INDICATORS,
        *reported.INDICATORS,
        *composites.INDICATORS,
    ]
)

later.flow_into(ALL)
