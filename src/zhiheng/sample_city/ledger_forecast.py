"""What intake should answer to each delivery, forecast by keeping our own simple ledger."""

from __future__ import annotations

import polars as pl

from zhiheng.evidence.declaration import Kind


class Forecast:
    """Remembers, for each party and kind, the last content of each external id."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], pl.DataFrame] = {}

    def deliver(
        self, party: str, kind: Kind, frame: pl.DataFrame, repeats: int, bad: int, refused: bool,
        nothing: int,
    ) -> dict[str, int]:  # fmt: skip
        """Counts as intake prints them.

        Args:
            frame: the sound rows, typed, with subject_code and subject_name as filed.
            repeats: rows that the file has twice.
            bad: rows that intake refuses.
            refused: the whole file comes back.
            nothing: periods declared to have nothing.
        """
        read = frame.height + repeats + bad + nothing
        if refused:
            return _counts(read, rejected=read)
        names = [c.name for c in kind.columns if c.name in frame.columns]
        news = frame.select("number", frame.select(names).hash_rows(1).alias("content"))
        held = self._held.get((party, kind.code), news.clear())
        both = news.join(held, on="number", how="left", suffix="_held")
        same = int((both["content"] == both["content_held"]).sum())
        known = both["content_held"].count()
        kept = held.join(news, on="number", how="anti")
        self._held[party, kind.code] = pl.concat([kept, news])
        return _counts(
            read,
            accepted=news.height - known + nothing,
            corrected=known - same,
            repeated=same + repeats,
            rejected=bad,
        )


def _counts(
    read: int, accepted: int = 0, corrected: int = 0, repeated: int = 0, rejected: int = 0
) -> dict[str, int]:
    return {
        "read": read,
        "accepted": accepted,
        "corrected": corrected,
        "repeated": repeated,
        "rejected": rejected,
    }
