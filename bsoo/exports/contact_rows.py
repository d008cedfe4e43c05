"""Contacts as rows of a spreadsheet that our own import reads back: the same list again changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import date

from bsoo.exports.people import Person
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry.models import Affiliation, MemberStatus, Organisation
from bsoo.registry.values import shown_phones
from bsoo.registry.words import STATUSES

HEADERS = (
    N_("Organisation"),
    N_("Department"),
    N_("Organisation type"),
    N_("Title"),
    N_("Given name"),
    N_("Infix"),
    N_("Family name"),
    N_("Position"),
    N_("E-mail"),
    N_("Telephone"),
    N_("Street address"),
    N_("Postcode"),
    N_("Town"),
    N_("Website"),
    N_("KvK number"),
    N_("Language"),
    N_("Themes"),
    N_("Takes part as"),
    N_("Invite"),
    N_("Left on"),
    N_("Last confirmed"),
)
"""What the import calls these columns, too (registry/imports/headers.py)."""


def table(people: Sequence[Person]) -> list[list[str]]:
    """The header, then a row for each seat of each person; somebody without an organisation has one row."""
    return [[_(word) for word in HEADERS], *(row for person in people for row in _rows(person))]


def _rows(person: Person) -> Iterator[list[str]]:
    if not person.seats:
        yield _row(person, None, None)
    for seat, house in person.seats:
        yield _row(person, seat, house)


def _row(person: Person, seat: Affiliation | None, house: Organisation | None) -> list[str]:
    contact = person.contact
    return [
        house.name if house else "",
        seat.department if seat else "",
        person.kinds.get(house.sector, house.sector) if house else "",
        contact.title,
        contact.given_name,
        contact.infix,
        contact.family_name,
        seat.role if seat else "",
        ", ".join(person.emails),
        shown_phones(contact.phone),
        house.street if house else "",
        house.postcode if house else "",
        house.place if house else "",
        house.website if house else "",
        house.kvk if house else "",
        contact.language,
        "; ".join(house.themes) if house else "",
        _(STATUSES[person.status]),
        _yes_or_no(person.invited) if person.status is MemberStatus.MEMBER else "",
        _day(seat.ended_on if seat else None),
        _day(person.confirmed_on),
    ]


def _yes_or_no(said: bool) -> str:
    return _("yes") if said else _("no")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
