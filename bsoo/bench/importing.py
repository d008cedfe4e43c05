"""Importing 10,000 rows, beside reading the same file with calamine and one bulk insert of its rows."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import Column, Integer, MetaData, String, Table

from bsoo import regions, tables
from bsoo.access.actor import SYSTEM
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.regions import region_by_slug
from bsoo.registry import importing

ROWS, REPEATS = 10_000, 3
MOST_TIMES_THE_LIMIT = 4.0

HEADER = ("Organisatie", "Soort", "Naam", "Functie", "E-mail", "Telefoon", "Plaats", "Uitnodigen")

_PLAIN = Table(
    "plain",
    MetaData(),
    Column("id", Integer, primary_key=True),
    *(Column(f"c{place}", String(200), unique=title == "E-mail") for place, title in enumerate(HEADER)),
)


def measure(folder: Path) -> Iterator[Figure]:
    """Reading, judging and writing, against reading and writing; the least of some repeats of each, by turns."""
    contents = _spreadsheet()
    ours: list[tuple[float, float]] = []
    limit: list[tuple[float, float]] = []
    for repeat in range(REPEATS):
        ours.append(_import(folder / f"ours-{repeat}.sqlite3", contents))
        limit.append(_insert(folder / f"plain-{repeat}.sqlite3", contents))
    (seconds, cpu), (limit_seconds, limit_cpu) = min(ours), min(limit)
    ratio = cpu / limit_cpu
    yield Figure(
        name="import, 10,000 rows",
        ours=seconds,
        limit=limit_seconds,
        unit="s",
        cpu=cpu * 1000,
        limit_cpu=limit_cpu * 1000,
        ratio=ratio,
        aim=f"<= {MOST_TIMES_THE_LIMIT:.0f}",
        met=ratio <= MOST_TIMES_THE_LIMIT,
    )


def _spreadsheet() -> bytes:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for n in range(ROWS):
            sheet.write_row(n + 1, 0, row(n))
    return file.getvalue()


def row(n: int) -> tuple[str, ...]:
    """One line of a list as people keep it; four people to an organisation."""
    house = n // 4
    return (
        f"Inloophuis De Kade {house}",
        "opvang",
        f"Samira{n} van den Berg",
        "maatschappelijk werker",
        f"s.vandenberg{n}@inloophuis-{house}.example.org",
        f"06 0{n:07}",
        "Amsterdam",
        "ja",
    )


def _import(path: Path, contents: bytes) -> tuple[float, float]:
    database = Database(f"sqlite:///{path}")
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        regions.make_first_regions(db)
    began, cpu = perf_counter(), process_time()
    with database.transaction() as db:
        plan = importing.plan(db, SYSTEM, region_by_slug(db, "amsterdam"), contents, "contacten.xlsx")
        importing.apply(db, SYSTEM, plan)
    took = perf_counter() - began, process_time() - cpu
    if plan.totals["contacts"] != ROWS:
        raise RuntimeError(f"the import made {plan.totals['contacts']} contacts out of {ROWS} rows")
    database.engine.dispose()
    return took


def _insert(path: Path, contents: bytes) -> tuple[float, float]:
    database = Database(f"sqlite:///{path}")
    _PLAIN.create(database.engine)
    began, cpu = perf_counter(), process_time()
    _header, *rows = CalamineWorkbook.from_filelike(BytesIO(contents)).get_sheet_by_index(0).to_python()
    values = [{f"c{place}": cell for place, cell in enumerate(row)} for row in rows]
    with database.transaction() as db:
        db.connection().execute(_PLAIN.insert(), values)
    took = perf_counter() - began, process_time() - cpu
    database.engine.dispose()
    return took
