"""How far records can be trusted, asked of the database: the same reasons and weights as keeping/trust.py."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal
from sqlmodel import col

from bsoo.access.actor import Actor
from bsoo.registry.conditions import STALE_AFTER
from bsoo.registry.keeping.confirmations import LeftNotice, Proposal
from bsoo.registry.keeping.silence import silent_contacts
from bsoo.registry.keeping.trust import DOUBTFUL, GOOD, LONG_AFTER, WEIGHTS, Reason, Trust
from bsoo.registry.models import Contact
from bsoo.registry.rows import columns

Said = dict[str, ColumnElement[bool]]
"""What trust.Known knows of a contact, by the same names; `confirmed_on` is a day."""


def of_themselves(actor: Actor, today: date) -> Said:
    """What waits for a coordinator, and who is silent: lists made once, for few are in them."""
    contact_id: Any = col(Contact.id)
    left = columns(LeftNotice.contact_id).where(col(LeftNotice.decided_at).is_(None))
    proposed = columns(Proposal.contact_id).where(col(Proposal.decided_at).is_(None))
    return {
        "says_left": contact_id.in_(left),
        "is_proposed": contact_id.in_(proposed),
        "is_silent": contact_id.in_(silent_contacts(actor, today)),
    }


def level(known: Said, confirmed_on: Any, today: date) -> ColumnElement[str]:  # Any: a day, or nothing
    """In which of the three words somebody's record stands."""
    held = _reasons(known, confirmed_on, today)
    points = literal(100) - sum(case((holds, WEIGHTS[reason]), else_=0) for reason, holds in held.items())
    return case((points >= GOOD, Trust.GOOD), (points >= DOUBTFUL, Trust.LOOK), else_=Trust.POOR)


def _reasons(known: Said, confirmed_on: Any, today: date) -> dict[Reason, ColumnElement[bool]]:
    """Every reason with its condition; trust.reasons says the same of one record."""
    alone = ~known["is_shared"]
    return {
        Reason.SAYS_LEFT: known["says_left"],
        Reason.NO_ADDRESS: ~known["has_address"],
        Reason.BOUNCED: known["has_bounced"],
        Reason.LONG_AGO: confirmed_on < today - LONG_AFTER,
        Reason.NEVER: confirmed_on.is_(None),
        Reason.SILENT: known["is_silent"],
        Reason.PROPOSED: known["is_proposed"],
        Reason.STALE: and_(confirmed_on < today - STALE_AFTER, confirmed_on >= today - LONG_AFTER),
        Reason.NO_ORGANISATION: ~known["has_organisation"],
        Reason.NO_ROLE: and_(known["has_organisation"], ~known["has_role"], alone),
        Reason.NO_PHONE: and_(~known["has_phone"], alone),
    }
