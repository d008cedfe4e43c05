"""Which column of a list means what: by its header in Dutch or English, else by what stands under it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bsoo.registry import values
from bsoo.registry.imports.contents import by_content, is_a_job, share
from bsoo.registry.imports.headers import HEADERS, SEVERAL, Meaning
from bsoo.registry.imports.statuses import status_of
from bsoo.registry.values import Cell


class Certainty(StrEnum):
    """How a meaning was found."""

    HEADER = "header"
    TYPO = "typo"
    CONTENT = "content"
    UNKNOWN = "unknown"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Column:
    place: int
    header: str
    meaning: Meaning
    certainty: Certainty
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet's columns and where its rows begin; `header` is the place of the header row, None when there is none."""

    header: int | None
    columns: tuple[Column, ...]

    @property
    def is_contact_list(self) -> bool:
        meanings = {column.meaning for column in self.columns}
        return Meaning.EMAIL in meanings or (
            bool(meanings & {Meaning.NAME, Meaning.FAMILY}) and len(meanings) > _ENOUGH
        )


_NO_WORD = re.compile(r"[^a-z0-9]+")
_FUZZY = 84
_SHORTEST_TYPO = 5
_LONGEST_HEADER = 60
_ENOUGH = 2
"""A sheet without addresses is a contact list when it has a name and at least two more meanings."""


def _normal(header: str) -> str:
    return _NO_WORD.sub(" ", values.folded(header)).strip()


_KNOWN: dict[str, Meaning] = {}
for _meaning, _words in HEADERS.items():
    for _word in _words.split(","):
        _KNOWN.setdefault(_normal(_word), _meaning)

_MARKS = (
    (Meaning.EMAIL, re.compile(r"\be ?mail|\bmail ?adres")),
    (Meaning.INVITED, re.compile(r"\buitnod|\bbsoo\b|\binvite")),
    (Meaning.PHONE, re.compile(r"\btel\b|telefoon|mobiel|\bphone\b|\bgsm\b")),
    (Meaning.POSTCODE, re.compile(r"postcode|postal code")),
    (Meaning.CONFIRMED, re.compile(r"gecontrol|bevestigd|bijgewerkt")),
    (Meaning.GIVEN, re.compile(r"^voornaam\b|^first name\b")),
    (Meaning.FAMILY, re.compile(r"achternaam|^last name\b")),
    (Meaning.NAME, re.compile(r"contactperso|^naam (?:contact|deelnemer|medewerker)")),
    (Meaning.ORGANISATION, re.compile(r"organi[sz]ati|instelling")),
    (Meaning.ROLE, re.compile(r"\bfunctie\b|\bjob title\b")),
    (Meaning.THEMES, re.compile(r"\bthema")),
    (Meaning.REMARKS, re.compile(r"opmerking|\bnotes?\b|bijzonderhe")),
)


@lru_cache(maxsize=4_000)
def by_header(header: str) -> tuple[Meaning, Certainty] | None:
    """What a header says, if anything: known words first, then a telling part, then a word with a typing error."""
    normal = _normal(header)
    if not normal or len(normal) > _LONGEST_HEADER:
        return None
    if found := _KNOWN.get(normal):
        return found, Certainty.HEADER
    for meaning, mark in _MARKS:
        if mark.search(normal):
            return meaning, Certainty.HEADER
    return _by_typo(normal)


def _by_typo(normal: str) -> tuple[Meaning, Certainty] | None:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for headers that are not known

    if len(normal) < _SHORTEST_TYPO:
        return None
    match = process.extractOne(normal, _KNOWN.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY)
    return (_KNOWN[match[0]], Certainty.TYPO) if match else None


_SAMPLE = 120
_MOSTLY = 0.6

# --- the whole sheet --------------------------------------------------------------------------------------------------

_SEARCHED_ROWS = 40


def layout_of(rows: Sequence[Sequence[Cell]], chosen: dict[int, Meaning] | None = None) -> Layout:
    """Find the header row and what each column means; `chosen` overrules per column."""
    header = header_row(rows)
    body = rows[header + 1 :] if header is not None else rows
    sample = [row for row in body if any(cell not in ("", None) for cell in row)][:_SAMPLE]
    width = max((len(row) for row in rows[: (header or 0) + _SAMPLE + 1]), default=0)
    names = [values.text(cell) for cell in rows[header]] if header is not None else []
    names += [""] * (width - len(names))
    cells = [[row[place] for row in sample if place < len(row)] for place in range(width)]
    return Layout(header, tuple(_columns(names, cells, chosen or {})))


def header_row(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first row in which the most headers are known, else the row above the first address; none at the very top."""
    best, most, above = None, (0, 0), None
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        said = [shown for cell in row if (shown := values.text(cell))]
        if any("@" in cell for cell in said):
            return best if best is not None else above
        known = {found[0] for cell in said if (found := by_header(cell))}
        if (len(known), len(said)) > most and (len(known) > 1 or Meaning.EMAIL in known):
            best, most = place, (len(known), len(said))
        above = place if len(said) > 1 else None
    return best


def _columns(names: list[str], cells: list[list[Cell]], chosen: dict[int, Meaning]) -> list[Column]:
    found: list[tuple[Meaning, Certainty]] = []
    for place, name in enumerate(names):
        if place in chosen:
            found.append((chosen[place], Certainty.CHOSEN))
        else:
            found.append(by_header(name) or (Meaning.IGNORED, Certainty.UNKNOWN))
    _check_by_content(found, names, cells, chosen)
    _one_each(found, chosen)
    _name_before_organisation(found, chosen)
    return [
        Column(place, names[place], *found[place], examples=_examples(cells[place]))
        for place in range(len(names))
        if names[place] or any(values.text(cell) for cell in cells[place])
    ]


_STANDING = frozenset({Meaning.INVITED, Meaning.CONFIRMED})
"""What a program wrote of itself (a 1, a date) must not say of people who is invited, or who was asked lately."""
_MISTAKEN = frozenset({Meaning.NAME, Meaning.ORGANISATION, Meaning.REMARKS, Meaning.STREET})


def _check_by_content(
    found: list[tuple[Meaning, Certainty]], names: list[str], cells: list[list[Cell]], chosen: dict[int, Meaning]
) -> None:
    """Columns nobody named, and columns whose cells belie their header ("Contact" full of addresses)."""
    with_addresses = [place for place, column in enumerate(cells) if share(column, _has_at)]
    taken = {meaning for meaning, _certainty in found}
    for place, (meaning, certainty) in enumerate(found):
        if place in chosen:
            continue
        if certainty is Certainty.UNKNOWN:
            seen = by_content(cells[place])
            if seen in _STANDING and names[place]:
                continue  # its header says something else
            if seen is not None and (seen not in taken or seen in SEVERAL):
                found[place] = (seen, Certainty.CONTENT)
                taken.add(seen)
        elif meaning is Meaning.EMAIL and with_addresses and place not in with_addresses and any(cells[place]):
            found[place] = (Meaning.IGNORED, Certainty.UNKNOWN)  # "E-mail status"
        elif meaning is Meaning.TITLES and Meaning.ROLE not in taken and share(cells[place], is_a_job) > _MOSTLY:
            found[place] = (Meaning.ROLE, certainty)
            taken.add(Meaning.ROLE)
        elif meaning is Meaning.REMARKS and Meaning.STATUS not in taken and share(cells[place], status_of) > _MOSTLY:
            found[place] = (Meaning.STATUS, Certainty.CONTENT)
            taken.add(Meaning.STATUS)
        elif meaning in _MISTAKEN and Meaning.EMAIL not in taken and share(cells[place], values.addresses) > _MOSTLY:
            found[place] = (Meaning.EMAIL, Certainty.CONTENT)


def _has_at(said: str) -> bool:
    return "@" in said or bool(values.addresses(said))


def _one_each(found: list[tuple[Meaning, Certainty]], chosen: dict[int, Meaning]) -> None:
    """The first column of a meaning wins; the others are left out, unless a meaning may come more than once."""
    seen = {meaning for meaning in chosen.values() if meaning not in SEVERAL}
    for place, (meaning, _certainty) in enumerate(found):
        if place in chosen or meaning in SEVERAL:
            continue
        if meaning in seen:
            found[place] = (Meaning.IGNORED, Certainty.UNKNOWN)
        seen.add(meaning)


def _name_before_organisation(found: list[tuple[Meaning, Certainty]], chosen: dict[int, Meaning]) -> None:
    """Naam beside a given and a family name is the organisation; beside a given name alone the family name."""
    meanings = [meaning for meaning, _certainty in found]
    if Meaning.NAME not in meanings:
        return
    place = meanings.index(Meaning.NAME)
    if place in chosen:
        return
    if Meaning.GIVEN in meanings and Meaning.FAMILY in meanings:
        other = Meaning.IGNORED if Meaning.ORGANISATION in meanings else Meaning.ORGANISATION
        found[place] = (other, found[place][1])
    elif Meaning.GIVEN in meanings:
        found[place] = (Meaning.FAMILY, found[place][1])


def _examples(cells: Sequence[Cell]) -> tuple[str, ...]:
    said = dict.fromkeys(shown for cell in cells[:40] if (shown := values.text(cell)))
    return tuple(list(said)[:3])
