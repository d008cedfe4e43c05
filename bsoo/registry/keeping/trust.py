"""How far a record can be trusted, from what is known of it; the reasons are shown, the number only orders. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bsoo.registry.conditions import STALE_AFTER


class Reason(StrEnum):
    """Why somebody should look at a record, the weightiest first."""

    SAYS_LEFT = "says-left"
    NO_ADDRESS = "no-address"
    BOUNCED = "bounced"
    LONG_AGO = "long-ago"
    NEVER = "never"
    SILENT = "silent"
    NO_SHOW = "no-show"
    PROPOSED = "proposed"
    STALE = "stale"
    NO_ORGANISATION = "no-organisation"
    NO_ROLE = "no-role"
    NO_PHONE = "no-phone"


WEIGHTS = {
    Reason.SAYS_LEFT: 60,
    Reason.NO_ADDRESS: 50,
    Reason.BOUNCED: 50,
    Reason.LONG_AGO: 30,
    Reason.NEVER: 25,
    Reason.SILENT: 20,
    Reason.NO_SHOW: 15,
    Reason.PROPOSED: 15,
    Reason.STALE: 15,
    Reason.NO_ORGANISATION: 10,
    Reason.NO_ROLE: 5,
    Reason.NO_PHONE: 5,
}
"""What each takes from a hundred; a dead address weighs as much as all that is merely missing and old.

Who said yes and did not come weighs less than who is silent: mail reaches somebody there.
"""

GOOD, DOUBTFUL = 80, 50
LONG_AFTER = timedelta(days=2 * 365)


class Trust(StrEnum):
    """How sure we are, in three words."""

    GOOD = "good"
    LOOK = "look"
    POOR = "poor"


class Known(NamedTuple):
    """What is known of a contact in a region."""

    confirmed_on: date | None
    has_address: bool = True
    has_bounced: bool = False
    says_left: bool = False
    is_proposed: bool = False
    is_silent: bool = False
    """Did not answer, and did not come to, the last three meetings."""
    is_no_show: bool = False
    """Said yes to two of these or more, and came to none (silence.no_shows)."""
    has_organisation: bool = True
    has_role: bool = True
    has_phone: bool = True
    is_shared: bool = False
    """A shared mailbox needs no role and no number of its own."""


@lru_cache(5000)
def reasons(known: Known, today: date) -> tuple[Reason, ...]:
    """Everything that speaks against the record, the weightiest first."""
    found = {
        Reason.SAYS_LEFT: known.says_left,
        Reason.NO_ADDRESS: not known.has_address,
        Reason.BOUNCED: known.has_bounced,
        Reason.SILENT: known.is_silent,
        Reason.NO_SHOW: known.is_no_show,
        Reason.PROPOSED: known.is_proposed,
        Reason.NO_ORGANISATION: not known.has_organisation,
        Reason.NO_ROLE: known.has_organisation and not known.has_role and not known.is_shared,
        Reason.NO_PHONE: not known.has_phone and not known.is_shared,
    }
    age = _age(known.confirmed_on, today)
    return tuple(one for one in Reason if found.get(one) or one is age)


def score(found: Sequence[Reason]) -> int:
    """A hundred, less what the reasons weigh; never below nothing."""
    return max(0, 100 - sum(WEIGHTS[one] for one in found))


@lru_cache(500)
def trust(found: tuple[Reason, ...]) -> Trust:
    points = score(found)
    if points >= GOOD:
        return Trust.GOOD
    return Trust.LOOK if points >= DOUBTFUL else Trust.POOR


def _age(confirmed_on: date | None, today: date) -> Reason | None:
    if confirmed_on is None:
        return Reason.NEVER
    if confirmed_on >= today - STALE_AFTER:
        return None
    return Reason.LONG_AGO if confirmed_on < today - LONG_AFTER else Reason.STALE
