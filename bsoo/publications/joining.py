"""How somebody joins the network: asked on the public page, decided by a coordinator."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, regions_where, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import DEFAULT, language, speaking
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.mail.outbox import Recipient
from bsoo.regions import Region
from bsoo.registry import actions as registry
from bsoo.registry import consents
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Basis, Contact, Grounds, JoinRequest
from bsoo.registry.people import split_name
from bsoo.registry.values import is_address

LIST_PAGE = "/netwerk/verzoeken"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody filled in on the public page."""

    name: str
    organisation: str
    email: str
    role: str = ""
    message: str = ""
    agreed: int = 0
    """The version of the text of consent that was before them, when they ticked it."""


def ask_to_join(db: Session, actor: Actor, region: Region, asked: Asked, *, mailbox: str) -> JoinRequest:
    """Note a request and tell both sides; who asks again while it waits is not noted twice. Anybody may ask."""
    address = asked.email.strip().lower()
    if not region.hosts:
        raise Refused(_("Choose a region where we organise the meeting."), field="region")
    if "@" not in address or not is_address(address):
        raise Refused(_("This is no e-mail address yet. It looks like name@organisation.nl."), field="email")
    if not asked.agreed:
        raise Refused(_("Read the text and tick that you agree; without that we may not keep this."), field="agreed")
    text = consents.agreed_to(db, actor, asked.agreed)
    waiting = db.exec(
        select(JoinRequest).where(
            JoinRequest.region_id == region.id, JoinRequest.email == address, col(JoinRequest.decided_at).is_(None)
        )
    ).first()
    if waiting is not None:
        return waiting
    made = JoinRequest(
        region_id=region.id,
        name=asked.name.strip(),
        organisation=asked.organisation.strip(),
        role=asked.role.strip(),
        email=address,
        message=asked.message.strip(),
        language=language(),
        asked_at=clock.now(),
        agreed_text_id=text.id,
    )
    db.add(made)
    db.flush()
    note(db, actor, "joinrequest.asked", made, region.id)
    _tell(db, region, made, mailbox)
    return made


def requests(db: Session, actor: Actor, region_ids: list[UUID] | None) -> list[tuple[JoinRequest, str]]:
    """The requests that wait, oldest first, with the name of their region."""
    query = (
        select(JoinRequest, Region.name)
        .join(Region, col(Region.id) == JoinRequest.region_id)
        .where(col(JoinRequest.decided_at).is_(None))
        .where(regions_where(actor, Permission.EDIT_REGISTRY, JoinRequest.region_id))
        .order_by(col(JoinRequest.asked_at))
    )
    if region_ids is not None:
        query = query.where(col(JoinRequest.region_id).in_(region_ids))
    return list(db.exec(query.limit(50)))


def request_by_id(db: Session, actor: Actor, request_id: UUID) -> JoinRequest:
    """One request, for who may decide about it."""
    found = db.exec(
        select(JoinRequest).where(
            JoinRequest.id == request_id, regions_where(actor, Permission.EDIT_REGISTRY, JoinRequest.region_id)
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def accept(db: Session, actor: Actor, asked: JoinRequest) -> Contact:
    """Bring who asked into the network of the region, with what they agreed to when they asked as the basis."""
    require(actor, Permission.EDIT_REGISTRY, asked.region_id)
    _refuse_decided(asked)
    name = split_name(asked.name)
    contact = registry.add_contact(
        db,
        actor,
        asked.region_id,
        ContactFacts(
            email=asked.email,
            given_name=name.given,
            infix=name.infix,
            family_name=name.family,
            title=name.titles[:40],
            language=asked.language,
            organisation=asked.organisation,
            role=asked.role,
        ),
        grounds=_grounds(asked),
    )
    _decide(db, actor, asked, accepted=True)
    return contact


def decline(db: Session, actor: Actor, asked: JoinRequest) -> None:
    """Leave a request aside; the coordinator answers in a mail of their own."""
    require(actor, Permission.EDIT_REGISTRY, asked.region_id)
    _refuse_decided(asked)
    _decide(db, actor, asked, accepted=False)


def reopen(db: Session, actor: Actor, asked: JoinRequest) -> None:
    """Put a declined request back among those that wait."""
    require(actor, Permission.EDIT_REGISTRY, asked.region_id)
    if asked.accepted is False:
        asked.decided_at, asked.accepted = None, None
        db.add(asked)
        note(db, actor, "joinrequest.reopened", asked, asked.region_id)
        db.flush()


def _tell(db: Session, region: Region, made: JoinRequest, mailbox: str) -> None:
    outbox.queue(
        db,
        "join_request",
        Recipient(region.mail_address or mailbox, f"BSOO {region.name}"),
        key=f"join_request:{made.id}",
        context={
            "name": made.name,
            "organisation": made.organisation,
            "email": made.email,
            "role": made.role,
            "message": made.message,
            "page": LIST_PAGE,
        },
        region_id=region.id,
    )
    outbox.queue(
        db,
        "join_received",
        Recipient(made.email, made.name, made.language),
        key=f"join_received:{made.id}",
        context={"organisation": made.organisation},
        region_id=region.id,
    )


def _grounds(asked: JoinRequest) -> Grounds:
    """Their consent, since the day they asked; who asked before there was a text only asked."""
    day = asked.asked_at.astimezone(clock.ZONE).date()
    basis = Basis.CONSENT if asked.agreed_text_id else Basis.PUBLIC_TASK
    with speaking(DEFAULT):
        source = _("own request on the public page")
    return Grounds(basis=basis, basis_source=source, basis_since=day, agreed_text_id=asked.agreed_text_id)


def _decide(db: Session, actor: Actor, asked: JoinRequest, *, accepted: bool) -> None:
    asked.accepted = accepted
    asked.decided_at = clock.now()
    db.add(asked)
    note(db, actor, "joinrequest.accepted" if accepted else "joinrequest.declined", asked, asked.region_id)
    db.flush()


def _refuse_decided(asked: JoinRequest) -> None:
    if asked.decided_at is not None:
        raise Refused(_("Somebody decided about this request already."))
