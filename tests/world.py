"""One of everything, for tests that walk every address: a quarter in the middle, with real ids and open links."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, select

from bsoo import clock, links, regions
from bsoo.access import actions as access
from bsoo.access.actor import SYSTEM
from bsoo.access.models import Browser, Grant, Role, User
from bsoo.links import Purpose
from bsoo.mail import outbox
from bsoo.mail.models import Incoming, Letter, Mailing, Outcome
from bsoo.mail.returning.kinds import CalendarAnswer, Kind
from bsoo.mail.wording import versions
from bsoo.mail.wording.built_in import built_in
from bsoo.meetings.models import AgendaItem, Answer, Attendance, Presence, TextLevel
from bsoo.minutes.models import Action, Block, BlockKind, Minutes
from bsoo.publications import actions as publishing
from bsoo.publications.models import Audience
from bsoo.regions import Region
from bsoo.registry.doubles.merges import Merging
from bsoo.registry.finding.saved import ManyChange, SavedList
from bsoo.registry.keeping.confirmations import Detail, Proposal
from bsoo.registry.models import Address, Affiliation, JoinRequest, Upload
from bsoo.services.models import Service
from bsoo.signals.models import State
from bsoo.terms.models import Vocabulary
from bsoo.vocabularies import merging
from tests import factories


@dataclass
class World:
    """What the addresses need: a value for each path parameter, and who may come in."""

    values: dict[str, str] = field(default_factory=dict)
    """The path parameters that mean one thing everywhere."""
    links: dict[str, str] = field(default_factory=dict)
    """Open personal links: "/u/nl" and "/mijn/nl" of a contact who reads Dutch, "/u/en" and "/mijn/en" of another."""
    sign_in_token: str = ""
    staff: dict[str, str] = field(default_factory=dict)
    """A session cookie for an administrator who reads Dutch ("nl"), and one who reads English ("en")."""

    def address(self, path: str | None, language: str = "nl", *, rubbish: str = "") -> str:
        """A route's path with its parameters filled in: with what is there, or with rubbish."""
        assert path is not None
        if path.startswith("/inloggen/"):
            token = self.sign_in_token
        else:
            door = "/u/" if path.startswith("/u/") and not path.startswith("/u/afmelden/") else "/mijn/"
            token = self.links[door + language]
        return path.format_map({name: rubbish or value for name, value in {**self.values, "token": token}.items()})


def build(db: Session) -> World:
    """Fill an empty installation; every thing is connected to the next."""
    world = World()
    amsterdam = regions.region_by_slug(db, "amsterdam")
    for language in ("nl", "en"):
        user = User(email=f"{language}@bsoo.example", name=f"Noor {language}", language=language)
        db.add(user)
        db.flush()
        db.add(Grant(user_id=user.id, role=Role.ADMINISTRATOR))
        world.staff[language] = access.open_browser(db, user)
        world.values["user_id"] = str(user.id)
    world.sign_in_token = access.make_link(db, user)
    browser = Browser(user_id=user.id, token_hash="x" * 64, expires_at=clock.now())
    quay = factories.organisation(db, amsterdam)
    samira = factories.contact(db, amsterdam, at=quay)
    pieter = factories.contact(db, amsterdam, "Pieter Smit", at=quay)
    meeting = factories.meeting(db, amsterdam)
    grace = factories.contact(db, amsterdam, "Grace Adjei", at=quay, language="en")
    factories.contact(db, amsterdam, "Fatima Yusuf", at=quay)
    factories.invitation(db, meeting, pieter, organisation_id=quay.id)
    for who in (grace, samira):
        invitation = factories.invitation(db, meeting, who, answer=Answer.ON_SITE, organisation_id=quay.id)
        world.links[f"/u/{who.language}"] = links.token_for(db, Purpose.INVITATION, invitation.id, who.id)
        world.links[f"/mijn/{who.language}"] = links.token_for(db, Purpose.OWN_PAGE, who.id, who.id)
    signal = factories.signal(db, amsterdam, at=quay, by=samira)
    factories.signal(db, amsterdam, "De huisarts vraagt vooraf geld.", at=quay, by=samira, state=State.DRAFT)
    item = AgendaItem(region_id=amsterdam.id, meeting_id=meeting.id, position=1, title="Nachtopvang", minutes=20)
    walk_in = Attendance(meeting_id=meeting.id, name="Ria", presence=Presence.WALK_IN)
    minutes = Minutes(meeting_id=meeting.id, region_id=amsterdam.id)
    mailing = Mailing(region_id=amsterdam.id, meeting_id=meeting.id, letter="invitation", total=1)
    asked = JoinRequest(region_id=amsterdam.id, name="Ria", organisation="Kerk Zuid", email="ria@kerk.example.org")
    upload = Upload(
        region_id=amsterdam.id, file_name="leden.csv", file_hash="x" * 64, content=b"naam;e-mail\nRia;r@x.nl\n"
    )
    nights = Service(organisation_id=quay.id, region_id=amsterdam.id, name_nl="Nachtopvang", is_public=True)
    brook = factories.organisation(db, amsterdam, "Stichting De Kade")
    merged = Merging(contact_id=samira.id, lost_id=clock.new_id(), lost_name="S. Idrissi")
    db.add_all([merged, nights, browser, item, walk_in, minutes, mailing, asked, upload])
    db.flush()
    block = Block(minutes_id=minutes.id, agenda_item_id=item.id, text="De opvang blijft open.", client_key="1")
    block.level, block.kind = TextLevel.PUBLIC, BlockKind.DECISION
    action = Action(region_id=amsterdam.id, meeting_id=meeting.id, number=1, text="Vraag de gemeente om uitstel.")
    db.add_all([block, action])
    outbox.queue(
        db,
        "signal_received",
        outbox.Recipient("samira@kade.example.org", "Samira El Idrissi", "nl", samira.id),
        key="x",
        context={"title": "Nachtopvang", "page": "/"},
        region_id=amsterdam.id,
        mailing=mailing,
    )
    db.flush()
    letter = db.exec(select(Letter).where(Letter.key == "x")).one()
    came_in = Incoming(digest="x", kind=Kind.CALENDAR_REPLY, outcome=Outcome.SOMEBODY_ELSE, region_id=amsterdam.id)
    came_in.address, came_in.answer = "ana@brug.example.org", CalendarAnswer.ACCEPTED
    came_in.letter_id, came_in.invitation_id, came_in.meeting_id = letter.id, invitation.id, meeting.id
    db.add(came_in)
    db.flush()
    published = [publishing.publish_minutes(db, SYSTEM, amsterdam, meeting, audience) for audience in Audience]
    seat = db.exec(select(Affiliation).where(Affiliation.contact_id == samira.id)).one()
    merged_word = merging.merge(db, SYSTEM, Vocabulary.LANGUAGE, "tw", "ha")
    world.values |= {
        "word_list": "soorten",
        "word": "care",
        "merge_id": str(merged_word.id),
        "region": "amsterdam",
        "slug": "amsterdam",
        "quarter": "2026-4",
        "kind": "verslag",
        "rule": "requests",
        "version": "1",
        "number": "1",
        "theme": "onderdak",
        "browser_id": str(browser.id),
        "contact_id": str(samira.id),
        "organisation_id": str(quay.id),
        "other_contact_id": str(pieter.id),
        "other_organisation_id": str(brook.id),
        "merging_id": str(merged.id),
        "seat_id": str(seat.id),
        "invitation_id": str(invitation.id),
        "signal_id": str(signal.id),
        "item_id": str(item.id),
        "attendance_id": str(walk_in.id),
        "block_id": str(block.id),
        "action_id": str(action.id),
        "publication_id": str(published[0].id),
        "letter_id": str(letter.id),
        "mailing_id": str(mailing.id),
        "mail_id": str(came_in.id),
        "request_id": str(asked.id),
        "upload_id": str(upload.id),
        "row": "0.2",
        "doel": "verslagen",
        "service_id": str(nights.id),
        **_kept(db, user, amsterdam),
        **_details(db, samira.id),
        "organization_id": str(quay.id),
        "sheet": "amsterdam",
        "table": "Offers",
        "name": "own_page",
        "taal": "nl",
        "version_id": str(_edited(db, amsterdam.id)),
    }
    return world


def _edited(db: Session, region_id: UUID) -> UUID:
    """A text of a letter that somebody changed."""
    wording = built_in("own_page", "nl")._replace(subject="Uw pagina")
    return versions.save(db, None, ("own_page", region_id, "nl"), wording, after="").id


def _details(db: Session, contact_id: UUID) -> dict[str, str]:
    """The address of a contact, and what they would see changed."""
    proposal = Proposal(contact_id=contact_id, field=Detail.ROLE, before="", after="teamleider")
    db.add(proposal)
    db.flush()
    address = db.exec(select(Address).where(Address.contact_id == contact_id)).one()
    return {"address_id": str(address.id), "proposal_id": str(proposal.id)}


def _kept(db: Session, user: User, region: Region) -> dict[str, str]:
    """A saved list, and a change to many at once."""
    kept = SavedList(name="Zorg", owner_id=user.id, region_id=region.id, shared=True)
    changed = ManyChange(what="confirm", number=2, made_by=user.id)
    db.add_all([kept, changed])
    db.flush()
    return {"list_id": str(kept.id), "change_id": str(changed.id)}
