"""Real data through the procedures and the kinds; the data stay out of the checkout.

The figures are held to computations straight from the files, with polars and numpy alone.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from support.deliveries import load_places

from zhiheng.complaints.near_duplicates import clusters, likeness
from zhiheng.complaints.procedures import COMPLAINT
from zhiheng.complaints.splitting import split
from zhiheng.complaints.statistics import CASES, figures, pareto
from zhiheng.evidence import lake
from zhiheng.evidence.actions import import_file
from zhiheng.office.actors import Actor
from zhiheng.office.progress import Silent
from zhiheng.office.working_days import WorkingCalendar, published
from zhiheng.procedures.parts import OPENING
from zhiheng.procedures.timeline import Entry, replay
from zhiheng.sample_city.examples import bring_in

CALENDAR = WorkingCalendar(published())
OPERATOR = Actor.system()


def messages(shared) -> pl.DataFrame:
    """Day of each message and of its reply."""
    file = shared / "data" / "cn-citizen-messages" / "messages_replies.csv"

    def day(column: str) -> pl.Expr:
        first = pl.col(column).str.split(" ").list.first()
        return first.str.replace_all("/", "-").str.to_date("%Y-%m-%d")

    return pl.read_csv(file, infer_schema=False).select(
        text="留言详情",
        asked=day("留言时间"),
        answered=day("答复时间"),
    )


def kept_seven_days(asked: pl.Series, answered: pl.Series) -> np.ndarray:
    """Whether the seventh working day after one day was not yet over on the other.

    By numpy and the raw calendar: less than seven working days lie between the two.
    """
    from chinese_calendar.constants import holidays, workdays

    off = np.array(sorted(d for d in holidays if d.weekday() < 5), dtype="datetime64[D]")
    extra = np.array(sorted(d for d in workdays if d.weekday() >= 5), dtype="datetime64[D]")
    first = asked.to_numpy().astype("datetime64[D]") + 1
    last = answered.to_numpy().astype("datetime64[D]")
    made_up = np.searchsorted(extra, last) - np.searchsorted(extra, first)
    return np.busday_count(first, last, holidays=off) + made_up < 7


@pytest.mark.shared
def test_timeliness_of_2816_messages_a_year_equals_a_computation_from_the_file(shared) -> None:
    """A reply is the acceptance of a message: due seven working days after its day."""
    frame = messages(shared)
    assert frame.height == 2816
    due = [CALENDAR.after(day, 7).day for day in frame["asked"]]
    rows = [
        {
            "case": str(n), "received_on": asked, "accept_due": last, "decided_on": answered,
            "accepted": True,
        }
        for n, (asked, answered, last) in enumerate(
            zip(frame["asked"], frame["answered"], due, strict=True)
        )
    ]  # fmt: skip
    cases = pl.DataFrame(rows, schema=CASES)
    kept = kept_seven_days(frame["asked"], frame["answered"])
    truth = frame.with_columns(kept=pl.Series(kept)).group_by(
        pl.col("asked").dt.year().alias("year")
    ).agg(part=pl.col("kept").sum(), whole=pl.len())  # fmt: skip
    for year, part, whole in truth.sort("year").iter_rows():
        of_year = cases.filter(pl.col("received_on").dt.year() == year)
        found = figures(of_year, date(2026, 1, 1)).accepted_in_time
        assert (found.part, found.whole) == (part, whole), year


@pytest.mark.shared
def test_messages_of_the_law_in_force_walk_through_the_procedure(shared) -> None:
    """Those of 2020: the machine's own clock says what the file says."""
    frame = messages(shared).filter(pl.col("asked").dt.year() == 2020)
    assert frame.height > 0
    kept = kept_seven_days(frame["asked"], frame["answered"])
    for (_text, asked, answered), in_time in zip(frame.iter_rows(), kept, strict=True):
        entries = [
            Entry(1, OPENING, asked, "public", "public", unit="market"),
            Entry(2, "accept", answered, "clerk", "market"),
        ]
        reading = replay(COMPLAINT, entries, CALENDAR).readings["acceptance"]
        assert reading.in_time == in_time


@pytest.mark.shared
def test_real_messages_near_one_another_are_found_and_nothing_else(shared) -> None:
    """Every pair that is joined is alike by a direct computation; equal texts are all found."""
    texts = messages(shared)["text"].to_list()
    found = clusters(texts, 0.7)
    group = {member: n for n, cluster in enumerate(found) for member in cluster}
    for cluster in found:
        for member in cluster:
            assert max(likeness(texts[member], texts[o]) for o in cluster if o != member) >= 0.7
    same = pl.DataFrame({"text": texts}).with_row_index().group_by("text").agg("index")
    for (indices,) in same.filter(pl.col("index").list.len() > 1).select("index").iter_rows():
        assert len({group[i] for i in indices}) == 1


@pytest.mark.shared
def test_words_of_real_messages_propose_parts(shared) -> None:
    """Proposals only: what share of the messages has any cue is a fact about the words."""
    texts = messages(shared)["text"].to_list()
    with_cue = sum(bool(split(text).proposed) for text in texts)
    assert 0.2 < with_cue / len(texts) < 0.8


@pytest.mark.shared
def test_car_complaints_are_a_coded_kind_with_a_pareto(home, shared, tmp_path) -> None:
    folder = shared / "data" / "cn-car-complaints"
    mapping = tmp_path / "cars.yaml"
    mapping.write_text(
        "kind: product_complaint\nsource: car-site\n"
        "columns: {number: id, occurred_on: datetime, product: car_model, brand: brand,\n"
        "  faults: problem, description: desc}\n"
        "constants: {region: '990100'}\n",
        "utf-8",
    )
    load_places()
    done = import_file(OPERATOR, folder / "complaints_2020.csv", "product_complaint",
                       mapping=mapping, mode="proceed")  # fmt: skip
    table = lake.connect(home).table("product_complaint").to_polars()
    assert table.height == done["accepted"]
    raw = pl.read_csv(folder / "complaints_2020.csv", infer_schema=False).unique("id")
    assert table.height == raw.height - done["rejected"]
    known = pl.read_csv(folder / "fault_codes.csv", infer_schema=False)["code"]
    uses = table["faults"].drop_nulls().str.strip_chars(",").str.split(",").explode()
    lines = pareto(uses.to_list())
    direct = raw["problem"].drop_nulls().str.strip_chars(",").str.split(",").explode()
    assert sum(line["count"] for line in lines) == len(direct.drop_nulls())
    assert lines[0]["count"] == direct.value_counts()["count"].max()
    coded = sum(line["count"] for line in lines if line["code"] in set(known))
    assert coded / sum(line["count"] for line in lines) > 0.99


@pytest.mark.shared
@pytest.mark.full
def test_chicago_complaints_come_in_as_history(home, shared) -> None:
    """69,598 complaints; those completed within 60 days equal a computation from the file."""
    folder = shared / "data" / "chicago-food-inspections"
    bring_in(OPERATOR, "chicago", folder, Silent())
    table = lake.connect(home).table("complaint").to_polars()
    raw = pl.read_parquet(folder / "sanitation_complaints.parquet")
    assert raw.height == 69_598
    days = pl.col("Completion_Date").str.to_date() - pl.col("Creation_Date").str.to_date()
    said = raw.select(days.dt.total_days().alias("days"))["days"].drop_nulls()
    kept = (table["closed_on"] - table["occurred_on"]).dt.total_days().drop_nulls()
    assert abs((kept <= 60).mean() - (said <= 60).mean()) < 0.002
