"""Near-duplicate proposals over many messages: ours, and datasketch (MIT) where it is installed.

    python benchmarks/near_duplicates.py --messages 100000 [--peer] [--json out.json]

Messages are invented: Chinese texts of 60 to 300 characters, a tenth of which repeat another with
a few characters changed. Found are the pairs planted; the peer is timed on a tenth and scaled up.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from support import spent, write_json

from zhiheng.complaints.near_duplicates import BANDS, PIECE, ROWS, clusters, normalise

LEAST = 0.7


def messages(count: int, seed: int = 6) -> tuple[list[str], list[tuple[int, int]]]:
    """Texts, and the pairs of positions of which one was copied from the other."""
    rng = np.random.default_rng(seed)
    originals = count - count // 10
    texts = [
        "".join(map(chr, rng.zipf(1.3, rng.integers(60, 300)) % 3000 + 0x4E00))
        for _message in range(originals)
    ]
    planted = []
    for copy in range(originals, count):
        source = int(rng.integers(0, originals))
        letters = list(texts[source])
        for place in rng.integers(0, len(letters), len(letters) // 60):
            letters[place] = "改"
        texts.append("".join(letters))
        planted.append((source, copy))
    return texts, planted


def recall(found: list[list[int]], planted: list[tuple[int, int]]) -> float:
    group = {member: number for number, cluster in enumerate(found) for member in cluster}
    return sum(group.get(a, -1) == group.get(b, -2) for a, b in planted) / len(planted)


def peer(texts: list[str]) -> None:
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-not-found]

    index = MinHashLSH(threshold=LEAST, num_perm=BANDS * ROWS)
    for number, text in enumerate(texts):
        normal = normalise(text)
        signature = MinHash(num_perm=BANDS * ROWS)
        signature.update_batch([normal[i : i + PIECE].encode() for i in range(len(normal) - 2)])
        index.query(signature)
        index.insert(number, signature)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    texts, planted = messages(given.messages)
    found, ours = spent(lambda: clusters(texts, LEAST))
    result: dict[str, Any] = {
        "messages": len(texts),
        "clusters": len(found),
        "recall_of_planted_pairs": round(recall(found, planted), 5),
        "ours": ours,
    }
    if given.peer:
        some = texts[: len(texts) // 10]
        _none, theirs = spent(lambda: peer(some))
        result["datasketch"] = {name: round(value * 10, 1) for name, value in theirs.items()}
        result["ratio"] = round(result["datasketch"]["cpu_seconds"] / ours["cpu_seconds"], 1)
    write_json(result, given.json)


if __name__ == "__main__":
    main()
