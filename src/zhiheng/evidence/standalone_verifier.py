#!/usr/bin/env python3
"""Checks a proof that Zhiheng gave out. One file, Python 3.8+, standard library only.

    python3 standalone_verifier.py proof.json [--root HEX]

A proof says: this row, byte for byte, is in batch B; that batch is entry E of the log; the log of
that size has this root. Each step is recomputed here (RFC 6962 hashing, SHA-256). With --root the
result is held to a root that you got elsewhere, for example from a printed report; without it
you learn only that the proof agrees with itself.
"""

import argparse
import hashlib
import json
import sys
from typing import Any, Dict, List, Optional

FORMAT = "zhiheng-proof-1"
PARTS = {"format", "row", "batch", "log", "personal"}


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def root_from_path(leaf: bytes, index: int, size: int, path: List[bytes]) -> Optional[bytes]:
    """RFC 9162, section 2.1.3.2; None if index, size and path do not fit together."""
    if not 0 <= index < size:
        return None
    node, place, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            node = hashlib.sha256(b"\x01" + sibling + node).digest()
            while place % 2 == 0 and place:
                place //= 2
                last //= 2
        else:
            node = hashlib.sha256(b"\x01" + node + sibling).digest()
        place //= 2
        last //= 2
    return node if last == 0 else None


def problems(proof: Dict[str, Any], expected_root: Optional[str] = None) -> List[str]:
    """Every reason why the proof does not hold, in words; an empty list if it holds."""
    found = []
    if proof["format"] != FORMAT or not set(proof) <= PARTS:
        found.append("the file is not in the form " + FORMAT)
    row, batch, log = proof["row"], proof["batch"], proof["log"]
    leaf = leaf_hash(bytes.fromhex(row["salt"]) + row["canonical"].encode("utf-8"))
    if leaf.hex() != row["leaf"]:
        found.append("the row's bytes and salt do not give its leaf")
    path = [bytes.fromhex(h) for h in batch["path"]]
    batch_root = root_from_path(leaf, batch["index"], batch["size"], path)
    entry = json.loads(log["entry"])
    if batch_root is None or batch_root.hex() != entry.get("root"):
        found.append("the row's path does not lead to the root of its batch in the log")
    if entry.get("rows") != batch["size"] or entry.get("batch") != batch["id"]:
        found.append("the log entry speaks of another batch")
    path = [bytes.fromhex(h) for h in log["path"]]
    root = root_from_path(leaf_hash(log["entry"].encode("utf-8")), log["index"], log["size"], path)
    if root is None or root.hex() != log["root"]:
        found.append("the entry's path does not lead to the root of the log")
    if expected_root is not None and log["root"] != expected_root.lower():
        found.append("the log root is not the one you gave")
    said = json.loads(row["canonical"])
    for column, opened in proof.get("personal", {}).items():
        salted = bytes.fromhex(opened["salt"]) + opened["value"].encode("utf-8")
        if said.get(column) != "sha256:" + hashlib.sha256(salted).hexdigest():
            found.append(f"the personal value of {column} is not the one that was sealed")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a proof given out by Zhiheng.")
    parser.add_argument("proof", help="the JSON file")
    parser.add_argument("--root", help="the log root you trust, in hex")
    arguments = parser.parse_args()
    try:
        with open(arguments.proof, encoding="utf-8") as file:
            proof = json.load(file)
        found = problems(proof, arguments.root)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"NOT A PROOF: {type(error).__name__}: {error}")
        return 2
    for line in found:
        print("FALSE: " + line)
    if not found:
        print(f"TRUE: row {proof['row']['leaf']} of batch {proof['batch']['id']}")
        print(f"log size {proof['log']['size']}, root {proof['log']['root']}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
