"""What somebody agrees to who gives consent: a text of which every version stays, and none is ever changed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Field, Session, SQLModel, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.db import UTCDateTime
from bsoo.errors import Conflict, Refused
from bsoo.i18n import gettext as _
from bsoo.i18n import language
from bsoo.logbook import note

LONGEST = 4000
MOST = 100_000
"""Versions that a form may name."""

FIRST_NL = """\
Ik doe mee met het BSOO-overleg in mijn regio. Wie dat overleg organiseert, mag mijn naam, functie, organisatie en \
zakelijke contactgegevens bewaren en mag mij mailen: uitnodigingen en herinneringen, verslagen en publicaties, en één \
keer per jaar de vraag of mijn gegevens nog kloppen.

Ik kan mijn toestemming altijd intrekken, voor alle mail of voor een deel: met de link onder elke mail of op mijn \
eigen pagina. Wat tot dan is gebeurd, blijft geldig."""

FIRST_EN = """\
I take part in the BSOO consultation in my region. Whoever organises it may keep my name, role, organisation and \
contact details at work, and may mail me: invitations and reminders, minutes and publications, and once a year the \
question whether my details are still right.

I can withdraw my consent at any time, for all mail or for a part of it: by the link under each mail or on my own \
page. What was done until then stays valid."""


class ConsentText(SQLModel, table=True):
    """A version of the text, in both languages. Who agreed to it points at it, so that it can be read years later."""

    __tablename__ = "consent_text"

    id: UUID = Field(default_factory=clock.new_id, primary_key=True)
    version: int = Field(unique=True)
    text_nl: str = Field(max_length=LONGEST)
    text_en: str = Field(max_length=LONGEST)
    made_at: datetime = Field(default_factory=clock.now, sa_type=UTCDateTime)
    made_by: UUID | None = Field(default=None, foreign_key="staff_user.id")
    """Nobody made the first: an installation begins with it."""

    @property
    def text(self) -> str:
        """As the reader speaks."""
        return {"nl": self.text_nl, "en": self.text_en}[language()]


def make_first_text(db: Session) -> None:
    """Give an installation without a text the first version; one that has any is left alone."""
    if db.exec(select(ConsentText.id).limit(1)).first() is None:
        db.add(ConsentText(version=1, text_nl=FIRST_NL, text_en=FIRST_EN))
        db.flush()


def current(db: Session, actor: Actor) -> ConsentText:
    """What is agreed to from now on; anybody may read it."""
    return db.exec(select(ConsentText).order_by(col(ConsentText.version).desc()).limit(1)).one()


def agreed_to(db: Session, actor: Actor, version: int) -> ConsentText:
    """The text that was before somebody when they agreed; nobody agrees to one that they did not see."""
    text = current(db, actor)
    if version != text.version:
        raise Conflict(_("This text has changed in the meantime. Read it as it is now, then choose again."), "agreed")
    return text


def versions(db: Session, actor: Actor) -> Sequence[ConsentText]:
    """All that was ever agreed to, newest first."""
    require(actor, Permission.VIEW_REGISTRY)
    return db.exec(select(ConsentText).order_by(col(ConsentText.version).desc())).all()


def write(db: Session, actor: Actor, *, text_nl: str, text_en: str, after: int) -> ConsentText:
    """A new version, for who agrees from now on; the versions before it stay what they are."""
    require(actor, Permission.ADMINISTER)
    before = current(db, actor)
    if after != before.version:
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))
    made = ConsentText(version=before.version + 1, text_nl=_tidy(text_nl), text_en=_tidy(text_en), made_by=actor.id)
    for name, text in (("text_nl", made.text_nl), ("text_en", made.text_en)):
        if not text:
            raise Refused(_("Write the text in both languages."), name)
    if (made.text_nl, made.text_en) == (before.text_nl, before.text_en):
        raise Refused(_("This is what the newest version says already."), "text_nl")
    db.add(made)
    note(db, actor, "consenttext.written", made, version=made.version)
    db.flush()
    return made


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
