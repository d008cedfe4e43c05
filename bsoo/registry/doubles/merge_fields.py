"""What two records say of the same thing, which of it is proposed, and what becomes of the rest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bsoo.registry.doubles.spelling import is_initials
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.values import folded

Record = Contact | Organisation

_MOST_PHONE, _MOST_NOTES = 40, 2_000


class Side(StrEnum):
    """Whose word stands: of the record that was there first, of the later one, or of both."""

    OLDER = "older"
    NEWER = "newer"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Field:
    """Columns that are chosen together."""

    code: str
    columns: tuple[str, ...]
    may_both: bool = False

    def said(self, record: Record) -> str:
        """What a record says, as one text."""
        shown = self.columns if self.code == "address" else self.columns[:1]
        return ", ".join(str(value) for name in shown if (value := getattr(record, name)))


CONTACT_FIELDS = (
    Field("name", ("display_name", "given_name", "infix", "family_name", "sort_name", "is_role_mailbox")),
    Field("title", ("title",)),
    Field("phone", ("phone",), may_both=True),
    Field("language", ("language",)),
    Field("notes", ("notes",), may_both=True),
)
ORGANISATION_FIELDS = (
    Field("name", ("name", "name_key")),
    Field("sector", ("sector",)),
    Field("address", ("street", "postcode", "place")),
    Field("phone", ("phone",), may_both=True),
    Field("email", ("email",)),
    Field("website", ("website",)),
    Field("kvk", ("kvk",)),
    Field("notes", ("notes",), may_both=True),
)


def fields_of(record: Record) -> tuple[Field, ...]:
    return CONTACT_FIELDS if isinstance(record, Contact) else ORGANISATION_FIELDS


def proposed(field: Field, older: Record, newer: Record) -> Side:
    """What somebody would choose most often: what is there, both where both fit, the fuller name, the later word."""
    mine, theirs = field.said(older), field.said(newer)
    if not theirs or mine == theirs:
        return Side.OLDER
    if not mine:
        return Side.NEWER
    if field.may_both and _joined(field, older, newer)[1] == "":
        return Side.BOTH
    if field.code == "name" and isinstance(older, Contact) and isinstance(newer, Contact):
        return _fuller_name(older, newer)
    if field.code == "sector":
        return Side.NEWER if mine == "other" else Side.OLDER
    return Side.NEWER if newer.updated_at > older.updated_at else Side.OLDER


def settled(
    fields: Sequence[Field], older: Record, newer: Record, chosen: Mapping[str, Side]
) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """The columns of the record that stays, and what was not chosen: (field, text)."""
    values: dict[str, object] = {}
    rest: list[tuple[str, str]] = []
    for field in fields:
        side = chosen.get(field.code) or proposed(field, older, newer)
        mine, theirs = field.said(older), field.said(newer)
        if side is Side.BOTH and field.may_both:
            values[field.columns[0]], left = _joined(field, older, newer)
        else:
            taken = newer if side is Side.NEWER else older
            values |= {name: getattr(taken, name) for name in field.columns}
            left = mine if side is Side.NEWER else theirs
        if left and left != field.said(newer if side is Side.NEWER else older):
            rest.append((field.code, left))
    return values, rest


def _fuller_name(older: Contact, newer: Contact) -> Side:
    """A name before an organisation's, a given name before initials, then the longer one."""
    weights = [
        (bool(one.family_name), bool(one.given_name) and not is_initials(one.given_name), len(one.display_name))
        for one in (older, newer)
    ]
    return Side.NEWER if weights[1] > weights[0] else Side.OLDER


def _joined(field: Field, older: Record, newer: Record) -> tuple[str, str]:
    """Both texts as one, and what does not fit."""
    mine, theirs = field.said(older), field.said(newer)
    if field.code == "phone":
        return _numbers(mine, theirs)
    if not mine or not theirs or folded(theirs) in folded(mine):
        return mine or theirs, ""
    both = f"{mine}\n\n{theirs}"
    return (both, "") if len(both) <= _MOST_NOTES else (mine, theirs)


def _numbers(mine: str, theirs: str) -> tuple[str, str]:
    fits, rest = "", []
    for number in dict.fromkeys(filter(None, [*mine.split(", "), *theirs.split(", ")])):
        longer = f"{fits}, {number}" if fits else number
        if len(longer) <= _MOST_PHONE:
            fits = longer
        else:
            rest.append(number)
    return fits, ", ".join(rest)
