"""Contacts as vCard 4.0 (RFC 6350), for address books of staff. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bsoo.exports.people import Person

LONGEST_LINE = 75
"""Octets; longer lines are folded (section 3.2)."""


def cards(people: Sequence[Person]) -> str:
    return "".join(f"{_folded(line)}\r\n" for person in people for line in _lines(person))


def _lines(person: Person) -> Iterator[str]:
    contact = person.contact
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield f"UID:urn:uuid:{contact.id}"
    yield f"KIND:{'group' if contact.is_role_mailbox else 'individual'}"
    yield f"FN:{_text(contact.display_name)}"
    yield f"N;SORT-AS={_parameter(contact.family_name, contact.given_name)}:{_name(person)}"
    for number, email in enumerate(person.emails, 1):
        yield f"EMAIL;TYPE=work;PREF={min(number, 100)}:{_text(email)}"
    for phone in filter(None, contact.phone.split(", ")):
        yield f"TEL;TYPE=work;VALUE=uri:tel:{phone}"
    yield from _works_at(person)
    yield f"LANG:{contact.language}"
    if person.regions:
        yield "CATEGORIES:" + ",".join(_text(region) for region in person.regions)
    yield f"REV:{_moment(person.changed_at)}"
    yield "END:VCARD"


def _works_at(person: Person) -> Iterator[str]:
    for seat, house in person.open_seats[:1]:
        yield f"ORG:{_text(house.name)}" + (f";{_text(seat.department)}" if seat.department else "")
        if seat.role:
            yield f"TITLE:{_text(seat.role)}"
        if house.street or house.place:
            yield f"ADR;TYPE=work:;;{_text(house.street)};{_text(house.place)};;{_text(house.postcode)};"
        if house.website:
            yield f"URL;TYPE=work:{house.website}"


def _name(person: Person) -> str:
    """Family, given, additional, before, behind; the tussenvoegsel is written with the family name it belongs to."""
    contact = person.contact
    family = f"{contact.infix}{'' if contact.infix.endswith(chr(39)) else ' '}{contact.family_name}".strip()
    return ";".join(map(_text, (family or contact.display_name, contact.given_name, "", contact.title, "")))


def _text(value: str) -> str:
    """A value in which commas, semicolons, backslashes and line ends mean themselves (section 3.4)."""
    escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _parameter(*values: str) -> str:
    """A quoted parameter, which can hold anything but quotes and control signs (section 3.3)."""
    joined = ",".join(value.replace(",", " ") for value in values)
    return '"' + "".join(sign for sign in joined if sign != '"' and sign.isprintable()) + '"'


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> str:
    """At most 75 octets a line, never within a letter; what follows begins with a space."""
    parts: list[bytes] = []
    part = b""
    for letter in map(str.encode, line):
        if len(part) + len(letter) > LONGEST_LINE - bool(parts):
            parts.append(part)
            part = b""
        part += letter
    return b"\r\n ".join([*parts, part]).decode()
