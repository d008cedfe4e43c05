"""Contact lists for tests: a small messy one, and files in the layouts in which lists arrive."""

import csv
import io

import xlsxwriter
from sqlmodel import Session, select

from bsoo.access.actor import SYSTEM
from bsoo.regions import Region
from bsoo.registry.imports import importing
from bsoo.registry.imports.vocabulary import Ours
from bsoo.registry.models import Address, Affiliation, Contact, Membership, Organisation, OrganisationRegion
from bsoo.signals.themes import first_themes
from bsoo.terms.first import first_terms
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Word, Words


def file_of(rows: list[list[object]]) -> bytes:
    """A spreadsheet with these rows."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        sheet = book.add_worksheet("Lijst")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return packed.getvalue()


def text_of(rows: list[list[str]], delimiter: str = ";") -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue()


SMALL: list[list[object]] = [
    ["Contactlijst BSOO", "", "", "", "", ""],
    ["", "", "", "", "", ""],
    ["Organisatie ", "Contactpersoon", "Functie", "E-mailadres", "Tel. / mobiel", "Uitnodigen?"],
    [
        "Inloophuis De Kade",
        "mw. Femke de Vries (teamleider)",
        "",
        "Femke de Vries <F.deVries@kade.example.org>",
        612345678,
        "ja",
    ],
    ["", "Lars d'Hondt", "jurist", "mailto:l.hondt@kade.example.org;", "+31(0)612345679", "nee"],
    ["INLOOPHUIS DE KADE", "Femke de Vries", "", "f.devries@kade.example.org", "", "ja"],
    [
        "GGZ Waterlinie",
        "El Idrissi, Samira",
        "psycholoog",
        "s.elidrissi@ggz.example.org",
        "06 12 34 56 70",
        "niet meer",
    ],
    ["GGZ Waterlinie", "Niels Visser", "uit dienst per 1-9", "n.visser@ggz.example.org", "", "x"],
    ["GGZ Waterlinie", "Onbekend", "", "info(at)ggz.example.org", "", "ja"],
    ["", "", "", "", "", ""],
    ["Totaal", 5, "", "", "", ""],
]


def _first_words() -> Words:
    """The managed lists as an installation begins with them."""
    named = [(one.kind, one.code, one.name_nl, one.name_en) for one in first_terms()]
    named += [(Vocabulary.THEME, one.code, one.name["nl"], one.name["en"]) for one in first_themes().values()]
    return Words(Word(Vocabulary(kind), code, nl, en, at, True, "") for at, (kind, code, nl, en) in enumerate(named))


FIRST_WORDS = _first_words()
OURS = Ours(FIRST_WORDS, ("Amsterdam", "Almere", "Rotterdam", "Groningen"), "Amsterdam")


def imported(db: Session, region: Region, rows: list[list[object]]) -> importing.Plan:
    """These rows, imported by the system."""
    plan = importing.plan(db, SYSTEM, region, file_of(rows), "lijst.xlsx")
    importing.apply(db, SYSTEM, plan)
    return plan


def everything(db: Session) -> dict[str, list[dict[str, object]]]:
    """Every row of the network, column by column."""
    tables = (Contact, Address, Affiliation, Membership, Organisation, OrganisationRegion)
    return {table.__name__: sorted((row.model_dump() for row in db.exec(select(table))), key=str) for table in tables}
