"""Where things lie."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "src" / "zhiheng"
SHARED = CHECKOUT.parent / "shared"
