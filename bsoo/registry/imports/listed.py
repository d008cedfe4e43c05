"""What a contact list says, row by row: people, their organisation and addresses, and what is wrong with them. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from bsoo.registry import people, values
from bsoo.registry.imports.columns import Layout
from bsoo.registry.models import MemberStatus


@dataclass(slots=True)
class Row:
    """One person in a list; `sheet` (its name), `place` (of the sheet) and `number` say where it stands in the file."""

    sheet: str
    number: int
    place: int = 0
    organisation: str = ""
    department: str = ""
    sector: str = ""
    titles: str = ""
    given: str = ""
    infix: str = ""
    family: str = ""
    role: str = ""
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    street: str = ""
    postcode: str = ""
    city: str = ""
    website: str = ""
    kvk: str = ""
    language: str = ""
    themes: tuple[str, ...] = ()
    status: MemberStatus | None = None
    status_said: str = ""
    """The word that says so, until it is looked up."""
    invited: bool | None = None
    invited_said: str = ""
    """As above."""
    left: bool = False
    left_on: date | None = None
    confirmed_on: date | None = None
    fault: "Fault | None" = None
    double_of: int = 0
    """The number of the earlier row with the same person."""
    kept: list[str] = field(default_factory=list)
    """Words for which we have none of our own, of the organisation."""
    kept_of_person: list[str] = field(default_factory=list)
    left_out: bool = False
    """Somebody does not want this row to be imported."""
    region_said: str = ""
    """The word for its region."""
    elsewhere: str = ""
    """The other region of ours that the row belongs to."""

    @property
    def key(self) -> str:
        """How decisions about this row are remembered."""
        return f"{self.place}.{self.number}"

    @property
    def counts(self) -> bool:
        """Whether the row says something of a person that goes into the registry."""
        return self.fault is None and not self.left_out and not self.elsewhere

    @property
    def name(self) -> str:
        return people.joined(self.given, self.infix, self.family)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be taken over: what, in which cell, what it says, and what was probably meant."""

    kind: str
    cell: str = ""
    value: str = ""
    meant: str = ""


NO_ADDRESS, BAD_ADDRESS, NO_PERSON, TOO_LONG, BLOCKED = "no-address", "bad-address", "no-person", "too-long", "blocked"


@dataclass(slots=True)
class Table:
    """A sheet that was recognised as a contact list, with the meaning of its columns."""

    place: int
    sheet: str
    layout: Layout
    skipped: list[int] = field(default_factory=list)
    """Rows that are no person: titles, totals, headings."""


_NO_KEY = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=50_000)
def organisation_key(name: str) -> str:
    """What two spellings of an organisation have in common: no capitals, accents, signs or spaces."""
    return _NO_KEY.sub(" ", values.folded(name).replace("&", " en ")).strip()


def column_letters(place: int) -> str:
    """The spreadsheet's own name of a column: 0 is A, 26 is AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
