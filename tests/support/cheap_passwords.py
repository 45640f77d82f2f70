"""Argon2 at next to no cost: the tests make many accounts."""

from __future__ import annotations

from zhiheng.office.hashing import DeclaredArgon2


class CheapArgon2(DeclaredArgon2):
    memory_cost, time_cost, parallelism = 64, 1, 1
