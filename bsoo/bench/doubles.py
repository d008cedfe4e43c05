"""Finding doubles among 5,000 contacts and their organisations, beside the ten seconds that somebody waits for it.

One in twenty stands in the list twice, under initials and another address, so that the search has something to find.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time

from sqlmodel import Session

from bsoo import tables
from bsoo.access.actor import SYSTEM, Actor
from bsoo.bench.figures import Figure
from bsoo.db import Database
from bsoo.regions import make_first_regions, region_by_slug
from bsoo.registry.doubles import candidates as doubles
from bsoo.registry.imports import importing
from bsoo.signals.themes import make_first_themes

CONTACTS, REPEATS, TWICE_IN = 5_000, 3, 20
MOST_SECONDS = 10.0

NAMES = "Anna Bram Chloë Dewi Eline Femke Gijs Hassan Ilse Joost Karin Lars Miriam Noor Otto Pieter Rachid Samira"
GIVEN = tuple(NAMES.split())
ENDINGS = "Smit|de Vries|Bakker|El Idrissi|van den Berg|Yılmaz|Sørensen|in 't Veld|Mulder|Amrani|Kaya|Visser"
FAMILY = tuple(ENDINGS.split("|"))
HEADER = ("Organisatie", "Naam", "E-mail", "Telefoon", "Plaats")

Search = Callable[[Session, Actor], Sequence[object]]


def measure(folder: Path) -> Iterator[Figure]:
    """Contacts and organisations, each the least of some repeats."""
    database = _filled(folder / "doubles.sqlite3")
    searches: dict[str, Search] = {"contacts": doubles.contacts, "organisations": doubles.organisations}
    for name, search in searches.items():
        seconds, cpu = min(_search(database, search) for _repeat in range(REPEATS))
        yield Figure(
            name=f"doubles, {name}",
            ours=seconds,
            limit=MOST_SECONDS,
            unit="s",
            cpu=cpu * 1000,
            ratio=seconds / MOST_SECONDS,
            aim="<= 1",
            met=seconds <= MOST_SECONDS,
        )
    database.engine.dispose()


def _search(database: Database, search: Search) -> tuple[float, float]:
    with database.reading() as db:
        began, cpu = perf_counter(), process_time()
        if not search(db, SYSTEM):
            raise RuntimeError("no doubles were found, but there are some")
        return perf_counter() - began, process_time() - cpu


def _filled(path: Path) -> Database:
    database = Database(f"sqlite:///{path}")
    tables.metadata.create_all(database.engine)
    with database.transaction() as db:
        make_first_regions(db)
        make_first_themes(db)
        region = region_by_slug(db, "amsterdam")
        importing.apply(db, SYSTEM, importing.plan(db, SYSTEM, region, _list(), "contacten.csv"))
    return database


def _list() -> bytes:
    file = io.StringIO()
    lines = csv.writer(file, delimiter=";")
    lines.writerow(HEADER)
    for n in range(CONTACTS - CONTACTS // TWICE_IN):
        lines.writerow(_line(n, GIVEN[n % len(GIVEN)], "vast"))
        if n % TWICE_IN == 0:
            lines.writerow(_line(n, GIVEN[n % len(GIVEN)][0] + ".", "nieuw"))
    return file.getvalue().encode()


def _line(n: int, given: str, kind: str) -> tuple[str, ...]:
    house = n // 4
    form = "Stichting " if house % TWICE_IN == 0 and kind == "nieuw" else ""
    name = f"{given} {FAMILY[n // len(GIVEN) % len(FAMILY)]}{'abcdefghijklmnopqrstuvwxyz'[n // 7 % 26]}"
    return f"{form}Inloophuis De Kade {house}", name, f"{kind}{n}@huis{house}.example.org", f"06 0{n:07}", "Amsterdam"
