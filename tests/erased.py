"""What tests of privacy share: somebody whose every value is unmistakable, all that happens to them, and a dump."""

import json
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, SQLModel
from sqlmodel import select as ask

from bsoo import clock, links
from bsoo.access.actor import PUBLIC, SYSTEM
from bsoo.links import Purpose
from bsoo.mail import outbox
from bsoo.mail.purposes import Purpose as MailPurpose
from bsoo.mail.returning.sorting import sort
from bsoo.meetings import answering, inviting, receiving
from bsoo.meetings.models import AgendaItem, Answer, Attendance, Invitation, Meeting, Presence, TextLevel
from bsoo.minutes.models import Action, Block, BlockKind, Minutes
from bsoo.privacy.needles import texts
from bsoo.publications import actions as publishing
from bsoo.publications import joining
from bsoo.publications.models import Audience
from bsoo.regions import Region
from bsoo.registry import basis, consents
from bsoo.registry.doubles import merging
from bsoo.registry.imports import uploads
from bsoo.registry.models import Address, Contact, Membership, Organisation
from bsoo.registry.queries import contact_as_actor
from bsoo.routes.merging import RULES
from bsoo.signals.models import NothingNew, Signal, State
from bsoo.text import fold
from tests import factories
from tests.lists import file_of, imported

VALUES = ("quackelbosch", "xaverius", "w.kwispel", "612987654", "12 98 76 54", "geitenmelkallergie")
"""What nothing else in the world says, as a dump that is folded shows it."""

HEADS: list[object] = ["Organisatie", "Naam", "Functie", "E-mailadres", "Telefoon", "Opmerkingen"]
ROW: list[object] = [
    "Inloophuis De Kade",
    "Xaverius van Quäckelbosch",
    "jurist",
    "w.kwispel@kade.example.org",
    "06 12987654",
    "geitenmelkallergie",
]


@dataclass(frozen=True)
class Story:
    """Somebody with a history, and what must stay of it."""

    contact: Contact
    house: Organisation
    held: Meeting
    coming: Meeting
    signal: Signal
    action: Action


def play(db: Session, region: Region) -> Story:
    """Everything that can happen to a contact, by the actions of the product where they exist."""
    imported(db, region, [HEADS, ROW])
    imported(db, region, [HEADS, [*ROW[:2], "jurist en tolk", *ROW[3:]]])
    uploads.keep_upload(db, SYSTEM, region, file_of([HEADS, ROW]), "Xaverius van Quackelbosch.xlsx")
    first = db.exec(ask(Address).where(Address.email == "w.kwispel@kade.example.org")).one()
    contact = db.get_one(Contact, first.contact_id)
    house = db.exec(ask(Organisation)).one()
    contact.notes = "geitenmelkallergie"
    other = factories.contact(db, region, "X. van Quackelbosch", at=house, email="w.kwispel2@kade.example.org")
    merging.merge_contacts(db, SYSTEM, (contact.id, other.id), rules=RULES, chosen={})
    contact = db.get_one(Contact, min(contact.id, other.id, key=str))
    links.token_for(db, Purpose.OWN_PAGE, contact.id, contact.id)
    place = db.exec(ask(Membership).where(Membership.contact_id == contact.id)).one()
    grounds = basis.agreed(consents.current(db, SYSTEM), "mail van Xaverius van Quackelbosch", clock.today())
    basis.set_basis(db, SYSTEM, place, grounds, MailPurpose.MINUTES)
    held = _held(db, region, contact, house)
    coming = factories.meeting(db, region)
    inviting.invite(db, SYSTEM, region, coming)
    _answers(db, contact, coming)
    signal = factories.signal(
        db, region, "Xaverius van Quackelbosch ziet dat de opvang vol is.", at=house, by=contact, state=State.ACCEPTED
    )
    db.add(NothingNew(organisation_id=house.id, region_id=region.id, contact_id=contact.id, year=2026, quarter=3))
    action = _minuted(db, region, contact, house, held)
    _writes(db, region)
    db.flush()
    return Story(contact, house, held, coming, signal, action)


def _held(db: Session, region: Region, contact: Contact, house: Organisation) -> Meeting:
    held = factories.meeting(db, region, on=date(2026, 9, 10))
    factories.invitation(db, held, contact, answer=Answer.ON_SITE, organisation_id=house.id)
    db.add(
        Attendance(
            meeting_id=held.id,
            contact_id=contact.id,
            organisation_id=house.id,
            name="Xaverius van Quackelbosch",
            presence=Presence.PRESENT,
        )
    )
    db.flush()
    return held


def _answers(db: Session, contact: Contact, coming: Meeting) -> None:
    invitation = db.exec(
        ask(Invitation).where(Invitation.meeting_id == coming.id, Invitation.contact_id == contact.id)
    ).one()
    actor = contact_as_actor(db, contact.id)
    assert actor is not None
    answering.answer(db, actor, invitation, answer=Answer.ON_SITE, remark="geitenmelkallergie")


def _minuted(db: Session, region: Region, contact: Contact, house: Organisation, held: Meeting) -> Action:
    item = AgendaItem(
        region_id=region.id, meeting_id=held.id, position=1, title="Opvang", presenter="Xaverius van Quackelbosch"
    )
    minutes = Minutes(meeting_id=held.id, region_id=region.id, summary="Een kort overleg.")
    db.add_all([item, minutes])
    db.flush()
    text = "Xaverius van Quackelbosch vraagt het na."
    block = Block(minutes_id=minutes.id, agenda_item_id=item.id, text=text, client_key="1")
    block.kind, block.level = BlockKind.ACTION, TextLevel.PARTICIPANTS
    db.add(block)
    db.flush()
    action = Action(
        region_id=region.id,
        meeting_id=held.id,
        block_id=block.id,
        number=1,
        text=text,
        owner_name="Xaverius van Quackelbosch",
        owner_contact_id=contact.id,
        owner_organisation_id=house.id,
    )
    db.add(action)
    db.flush()
    publishing.publish_minutes(db, SYSTEM, region, held, Audience.NETWORK)
    later = "Bel mevrouw Van Quäckelbosch op 06-12 98 76 54."
    db.add(Block(minutes_id=minutes.id, agenda_item_id=item.id, position=1, text=later, client_key="2"))
    return action


def _writes(db: Session, region: Region) -> None:
    """Mail from them, which the coordinator is told of; a request to take part; a letter to a colleague about them."""
    mail = (
        b"From: Xaverius van Quackelbosch <w.kwispel@kade.example.org>\r\nTo: bsoo@bsoo.example\r\n"
        b"Subject: Re: Uitnodiging voor Xaverius\r\nMessage-ID: <1@kade.example.org>\r\n"
        b"Date: Mon, 23 Nov 2026 08:05:00 +0000\r\n\r\nIk kom, let op mijn geitenmelkallergie.\r\n"
    )
    receiving.receive(db, SYSTEM, mail, sort(mail, clock.today()), house="bsoo@bsoo.example")
    asked = joining.Asked("Xaverius van Quackelbosch", "De Kade", "w.kwispel@kade.example.org", agreed=1)
    joining.ask_to_join(db, PUBLIC, region, asked, mailbox="bsoo@bsoo.example")
    told = {"title": "Xaverius van Quackelbosch vraagt iets", "page": "/"}
    to = outbox.Recipient("grace@kade.example.org", "Grace Adjei")
    outbox.queue(db, "signal_received", to, key="about-them", context=told)


def dump(db: Session) -> str:
    """Every column of every table as text, files unpacked; folded as VALUES is."""
    said = []
    for table in SQLModel.metadata.sorted_tables:
        for row in db.connection().execute(select(table)):
            said += [f"{table.name}: {fold(text)}" for value in row for text in _all(value)]
    return "\n".join(said)


def _all(value: object) -> list[str]:
    if isinstance(value, bytes):
        return list(texts(value))
    return [json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)]


def traces(text: str) -> list[str]:
    """The lines of a dump that still say something of them."""
    return [line for line in text.splitlines() if any(value in line for value in VALUES)]
