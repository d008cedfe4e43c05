"""One network in six layouts: how lists come out of other programs, with what a reader must find in each."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import xlsxwriter

GIVEN = ("Femke", "Samira", "Lars", "Zoë", "Jan-Willem", "Fatima", "Özgür", "Anna Maria", "J.P.", "Chloë")
FAMILY = (
    ("", "Jansen"),
    ("de", "Vries"),
    ("van den", "Berg"),
    ("in 't", "Veld"),
    ("", "El Idrissi"),
    ("", "Çelik"),
    ("", "Hendriks-de Wit"),
)
HOUSES = ("Inloophuis De Kade", "GGZ Waterlinie", "Gemeente Amsterdam", "Kerk De Linde", "Stichting Öykü")
ROLES = ("teamleider", "jurist", "maatschappelijk werker", "beleidsmedewerker")
PHONES = ("06-1234567{}", "+31 6 1234567{}", "0031(0)61234567{}", "020 - 123 456{}", "061234567{}")


@dataclass(frozen=True)
class Someone:
    """A person as the list means them."""

    given: str
    infix: str
    family: str
    house: str
    role: str
    email: str
    phone: str

    @property
    def surname(self) -> str:
        return f"{self.infix} {self.family}".strip()

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}"


def someone(n: int) -> Someone:
    infix, family = FAMILY[n % len(FAMILY)]
    house = HOUSES[n * len(HOUSES) // PEOPLE]
    email = f"persoon{n}@{'abcde'[HOUSES.index(house)]}-huis.example.org"
    phone = PHONES[n % len(PHONES)].format(n % 10)
    return Someone(GIVEN[n % len(GIVEN)], infix, family, house, ROLES[n % len(ROLES)], email, phone)


PEOPLE = 35
NETWORK = tuple(someone(n) for n in range(PEOPLE))
TWICE = NETWORK[3]
"""Stands in every list once more."""
NOBODY = "Zonder Adres"
"""Stands in every list without an address."""
EMAILS = sorted(each.email for each in NETWORK)


def sheets() -> bytes:
    """Several sheets with merged titles, organisations once per block, totals, and a page of explanation."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        title = book.add_format({"bold": True, "align": "center"})
        book.add_worksheet("Uitleg").write_column(0, 0, ["Deze lijst is van de regio.", "Vragen? Bel de coördinator."])
        for number, part in enumerate((NETWORK[:14], NETWORK[14:])):
            page = book.add_worksheet(f"Deel {number + 1}")
            page.merge_range(0, 0, 0, 4, f"Contacten BSOO, deel {number + 1}", title)
            page.write_row(2, 0, ["Organisatie", "Contactpersoon", "Functie", "E-mailadres", "Telefoon"])
            above = ""
            for row, each in enumerate(part, 3):
                shown = each.house if each.house != above else ""
                page.write_row(row, 0, [shown, f"mw. {each.name}", each.role, f"mailto:{each.email}", each.phone])
                above = each.house
            page.write_row(len(part) + 3, 0, ["Totaal", len(part)])
        page = book.add_worksheet("Nagekomen")
        page.write_row(0, 0, ["Organisatie", "Contactpersoon", "Functie", "E-mailadres", "Telefoon"])
        page.write_row(1, 0, [TWICE.house, TWICE.name, TWICE.role, TWICE.email, TWICE.phone])
        page.write_row(2, 0, [TWICE.house, NOBODY])
    return file.getvalue()


def outlook() -> bytes:
    first = "Title,First Name,Middle Name,Last Name,Company,Department,Job Title,Business Phone,Mobile Phone"
    header = [*first.split(","), "Categories", "E-mail Address", "E-mail Type", "E-mail Display Name", "Notes"]
    rows = [
        [
            *("", each.given, "", each.surname, each.house, "", each.role, each.phone, "", ""),
            each.email,
            "SMTP",
            each.name,
        ]
        for each in (*NETWORK, TWICE)
    ]
    rows.append(["", "Zonder", "", "Adres", TWICE.house])
    return written([header, *rows], ",").encode("utf-8-sig")


def google() -> bytes:
    first = "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name"
    more = "Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value"
    header = [*first.split(","), *more.split(","), "Phone 1 - Label", "Phone 1 - Value"]
    rows = [
        [*(each.given, "", each.surname, "", "", "", "", each.house, each.role, "", "", "", "", "* myContacts"), "Work"]
        for each in (*NETWORK, TWICE)
    ]
    for row, each in zip(rows, (*NETWORK, TWICE), strict=True):
        row.extend([each.email, "Mobile", each.phone])
    rows.append(["Zonder", "", "Adres", "", "", "", "", TWICE.house])
    return written([header, *rows], ",").encode()


def espocrm() -> bytes:
    """Its Title is what somebody does, not what stands before their name."""
    header = ["ID", "Name", "First Name", "Last Name", "Account Name", "Title", "Email", "Phone", "Created At"]
    rows = [
        [f"5f{n:015}", each.name, each.given, each.surname, each.house, each.role, each.email, each.phone, "2025-03-01"]
        for n, each in enumerate((*NETWORK, TWICE))
    ]
    rows.append(["5fff", NOBODY, "Zonder", "Adres", TWICE.house])
    return written([header, *rows], ";").encode()


def libreoffice() -> bytes:
    """An ODS: repeated cells, a covered title, and the empty rows up to the end of the sheet in one line."""
    rows = [["Instelling", "Naam", "Rol", "Mail", "Mobiel"]]
    rows += [[each.house, backwards(each), each.role, each.email, each.phone] for each in (*NETWORK, TWICE)]
    rows.append([TWICE.house, NOBODY, "", "", ""])
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    title = (
        '<table:table-row><table:table-cell table:number-columns-spanned="5" office:value-type="string">'
        '<text:p>Netwerk</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="4"/>'
        "</table:table-row>"
    )
    rest = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="5"/>'
        "</table:table-row>"
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Netwerk">{title}{lines}{rest}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
    return file.getvalue()


def backwards(each: Someone) -> str:
    """Berg, Femke van den."""
    return f"{each.family}, {each.given} {each.infix}".strip()


def ods_cell(said: str) -> str:
    if not said:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(said)}</text:p></table:table-cell>'


def unicode_text() -> bytes:
    """What Excel calls Unicode text: UTF-16 with a mark, tabs, and addresses with a name before them."""
    rows = [["Naam organisatie", "Voornaam", "Tussenvoegsel", "Achternaam", "Functie", "E-mail", "Tel."]]
    rows += [
        [each.house, each.given, each.infix, each.family, each.role, f"{each.name} <{each.email}>", each.phone]
        for each in (*NETWORK, TWICE)
    ]
    rows.append([TWICE.house, "Zonder", "", "Adres", "", "", ""])
    return written(rows, "\t").encode("utf-16")


def written(rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


LAYOUTS: dict[str, Callable[[], bytes]] = {
    "sheets.xlsx": sheets,
    "outlook.csv": outlook,
    "google.csv": google,
    "espocrm.csv": espocrm,
    "netwerk.ods": libreoffice,
    "unicode.txt": unicode_text,
}
