"""Why we may write to a contact in a region: the basis of AVG article 6, where it comes from and since when."""

from datetime import date

from sqlmodel import Session

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.registry.models import Basis, Contact, Membership

FIELD = N_("basis")
"""What the timeline calls it."""


def set_basis(
    db: Session, actor: Actor, membership: Membership, *, basis: Basis, source: str, since: date | None
) -> None:
    """Say why we may write to somebody here; consent is nothing without who gave it, how and when."""
    require(actor, Permission.EDIT_REGISTRY, membership.region_id)
    if since is not None and since > clock.today():
        raise Refused(_("This day is still to come."), "since")
    if basis is Basis.CONSENT and not source.strip():
        raise Refused(_("Write how the consent was given: in a mail, by a form, at a meeting."), "source")
    if basis is Basis.CONSENT and since is None:
        raise Refused(_("Write when the consent was given."), "since")
    membership.basis, membership.basis_source, membership.basis_since = basis, source.strip()[:200], since
    db.add(membership)
    note(db, actor, "contact.changed", db.get_one(Contact, membership.contact_id), membership.region_id, fields=FIELD)
    db.flush()
