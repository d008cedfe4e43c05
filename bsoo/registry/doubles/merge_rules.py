"""What stays when two rows of the registry turn out to be one: the rules of its own tables. Pure."""

from datetime import date, datetime

from bsoo.registry.doubles.uniting import Row, Rules
from bsoo.registry.models import Basis, MemberStatus
from bsoo.registry.values import folded

_MOST_SOURCE = 200
_STRONGEST: list[object] = [MemberStatus.MEMBER, MemberStatus.GUEST, MemberStatus.PAST]


def membership(kept: Row, lost: Row) -> dict[str, object]:
    """As what one of the two takes part most, and as that invited when one of them is; the latest confirmation; both
    sources. Who said "no more" once has said it."""
    status = min(kept["status"], lost["status"], key=_STRONGEST.index)
    return {
        "status": status,
        "invited": any(row["invited"] for row in (kept, lost) if row["status"] == status),
        "stopped_at": _last(kept["stopped_at"], lost["stopped_at"]),
        "paused_until": _last(kept["paused_until"], lost["paused_until"]),
        "confirmed_on": _last(kept["confirmed_on"], lost["confirmed_on"]),
        **grounds(kept, lost),
        "listed": {**_listed(lost), **_listed(kept)},
    }


def grounds(kept: Row, lost: Row) -> dict[str, object]:
    """The basis of the one that stays, from both sources, since the first day; of consent the last that was given with
    a text, since a day belongs to its text."""
    given = [row for row in (kept, lost) if row["agreed_text_id"] and kept["basis"] is Basis.CONSENT]
    last = max(given, key=lambda row: str(row["basis_since"]), default=None)
    return {
        "basis_source": _both(str(kept["basis_source"]), str(lost["basis_source"])),
        "basis_since": last["basis_since"] if last else _first(kept["basis_since"], lost["basis_since"]),
        "agreed_text_id": last["agreed_text_id"] if last else None,
    }


def organisation_region(kept: Row, lost: Row) -> dict[str, object]:
    """In a region once; what its lists said of either is remembered, and whom one turned to first."""
    return {
        "listed": {**_listed(lost), **_listed(kept)},
        "first_contact_id": kept["first_contact_id"] or lost["first_contact_id"],
    }


def affiliation(kept: Row, lost: Row) -> dict[str, object]:
    """One seat: since the first day that is known, until the last."""
    return {
        "role": kept["role"] or lost["role"],
        "department": kept["department"] or lost["department"],
        "started_on": _first(kept["started_on"], lost["started_on"]),
        "ended_on": _last(kept["ended_on"], lost["ended_on"]),
        "ended_because": kept["ended_because"] or lost["ended_because"],
    }


def is_one_seat(kept: Row, lost: Row) -> bool:
    """Whether two affiliations of one contact at one organisation say the same, or one of them says nothing."""
    if (kept["ended_on"] is None) != (lost["ended_on"] is None):
        return False
    texts = [(folded(str(kept[name])), folded(str(lost[name]))) for name in ("role", "department", "ended_because")]
    return all(not mine or not theirs or mine == theirs for mine, theirs in texts)


def mail_stop(kept: Row, lost: Row) -> dict[str, object]:
    """Stopped is stopped, since the first time."""
    return {"since": _first(kept["since"], lost["since"])}


def apart(kept: Row, lost: Row) -> dict[str, object]:
    """Said twice is said."""
    return {}


RULES: Rules = {
    "membership": membership,
    "purpose_basis": grounds,
    "organisation_region": organisation_region,
    "affiliation": affiliation,
    "mail_stop": mail_stop,
    "contact_apart": apart,
    "organisation_apart": apart,
}


def _last(one: object, other: object) -> object:
    days = [day for day in (one, other) if isinstance(day, date | datetime)]
    return max(days, default=None)


def _first(one: object, other: object) -> object:
    days = [day for day in (one, other) if isinstance(day, date | datetime)]
    return min(days, default=None)


def _both(one: str, other: str) -> str:
    if not one or not other or other in one:
        return one or other
    return f"{one}; {other}"[:_MOST_SOURCE]


def _listed(row: Row) -> dict[str, str]:
    listed = row["listed"]
    return listed if isinstance(listed, dict) else {}
