"""An administrator adds regions and changes their rules."""

from dataclasses import asdict, dataclass
from datetime import time

from email_validator import EmailNotValidError, validate_email
from sqlmodel import Session, col, func, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.regions import Region, RegionKind
from bsoo.text import slug_of


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """What an administrator decides about a region."""

    name: str
    kind: RegionKind
    mail_address: str
    rule_nth: int
    rule_weekday: int
    rule_month: int
    rule_start: time
    rule_end: time


def add(db: Session, actor: Actor, facts: RegionFacts) -> Region:
    """Add a region at the end of the list; its address is made of its name."""
    require(actor, Permission.ADMINISTER)
    slug = slug_of(facts.name)
    if not slug or db.exec(select(Region.id).where(Region.slug == slug)).first() is not None:
        raise Refused(_("There is already a region with this name. Choose another."), field="name")
    position = db.exec(select(func.max(col(Region.position)))).one() or 0
    region = Region(slug=slug, name=facts.name, position=position + 1)
    _fill(region, facts)
    db.add(region)
    db.flush()
    note(db, actor, "region.added", region, region_id=region.id)
    return region


def change(db: Session, actor: Actor, region: Region, facts: RegionFacts) -> None:
    """Change a region; its address stays, meetings that are planned keep their date."""
    require(actor, Permission.ADMINISTER)
    _fill(region, facts)
    db.add(region)
    note(db, actor, "region.changed", region, region_id=region.id)


def _fill(region: Region, facts: RegionFacts) -> None:
    if facts.rule_end <= facts.rule_start:
        raise Refused(_("The end must be later than the start."), field="rule_end")
    address = _plain(facts.mail_address) if facts.mail_address else ""
    for name, value in (asdict(facts) | {"mail_address": address}).items():
        setattr(region, name, value)


def _plain(address: str) -> str:
    """An address in the letters that every mail server understands; a domain has another name in those."""
    try:
        return validate_email(address, check_deliverability=False, allow_smtputf8=False).ascii_email or ""
    except EmailNotValidError:
        raise Refused(
            _("This is not an e-mail address. It looks like name@organisation.nl."), field="mail_address"
        ) from None
