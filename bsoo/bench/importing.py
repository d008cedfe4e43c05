"""Importing 10,000 rows, beside reading the same file with calamine and a bulk insert of what the import made of it.

The limit writes the same 45,000 rows into the same six tables with the same indexes and foreign keys: one executemany a
table, of values that the driver takes as they are. Everything that the import knows and decides is left out of it.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time

import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlmodel import Session

from bsoo import tables
from bsoo.access.actor import SYSTEM
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.regions import make_first_regions, region_by_slug
from bsoo.registry.imports import importing
from bsoo.registry.imports.changes import COLUMNS

ROWS, REPEATS = 10_000, 3
MOST_TIMES_THE_LIMIT = 4.0

HEADER = ("Organisatie", "Soort", "Naam", "Functie", "E-mail", "Telefoon", "Plaats", "Uitnodigen")

Rows = list[tuple[object, ...]]
"""Of one table, as its driver takes them."""


def measure(folder: Path) -> Iterator[Figure]:
    """Reading, judging and writing, against reading and writing; the least of some repeats of each, by turns."""
    contents = _spreadsheet()
    ours: list[tuple[float, float]] = []
    limit: list[tuple[float, float]] = []
    for repeat in range(REPEATS):
        made = folder / f"ours-{repeat}.sqlite3"
        ours.append(_import(made, contents))
        limit.append(_insert(folder / f"plain-{repeat}.sqlite3", contents, _made(made)))
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
    database = _empty(path)
    began, cpu = perf_counter(), process_time()
    with database.transaction() as db:
        plan = importing.plan(db, SYSTEM, region_by_slug(db, "amsterdam"), contents, "contacten.xlsx")
        importing.apply(db, SYSTEM, plan)
    took = perf_counter() - began, process_time() - cpu
    if plan.totals["contacts"] != ROWS:
        raise RuntimeError(f"the import made {plan.totals['contacts']} contacts out of {ROWS} rows")
    database.engine.dispose()
    return took


def _made(path: Path) -> dict[str, Rows]:
    """Every row that an import made, per table."""
    database = Database(f"sqlite:///{path}")
    with database.reading() as db:
        made = {
            name: [tuple(row) for row in db.connection().exec_driver_sql(f"SELECT * FROM {name}")]  # noqa: S608 -- our own names
            for name in ("region", *COLUMNS)
        }
    database.engine.dispose()
    return made


def _insert(path: Path, contents: bytes, made: dict[str, Rows]) -> tuple[float, float]:
    database = _empty(path, regions=made.pop("region"))
    began, cpu = perf_counter(), process_time()
    CalamineWorkbook.from_filelike(BytesIO(contents)).get_sheet_by_index(0).to_python()
    with database.transaction() as db:
        for name, rows in made.items():
            _insert_all(db, name, rows)
    took = perf_counter() - began, process_time() - cpu
    database.engine.dispose()
    return took


def _insert_all(db: Session, name: str, rows: Rows) -> None:
    places = ", ".join("?" * len(rows[0]))
    db.connection().exec_driver_sql(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608 - our own names


def _empty(path: Path, regions: Rows | None = None) -> Database:
    """A database with its regions and nothing else."""
    database = Database(f"sqlite:///{path}")
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        if regions is None:
            make_first_regions(db)
        else:
            _insert_all(db, "region", regions)
    return database
