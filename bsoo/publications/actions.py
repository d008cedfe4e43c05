"""Publishing: a numbered version that never changes, with a digest and a PDF; corrections are new versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Conflict, Refused
from bsoo.i18n import DEFAULT, speaking
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.meetings.models import Meeting, TextLevel
from bsoo.minutes import queries as minutes_queries
from bsoo.minutes.guarding import refuse_personal_data
from bsoo.minutes.models import MinutesState
from bsoo.publications import letters, queries, records
from bsoo.publications.document import colophon, document
from bsoo.publications.faces import MinutesFace, digest, face, persons_in, texts
from bsoo.publications.letters import Readers
from bsoo.publications.models import Audience, Erratum, Publication, PublicationFile, PublicationKind, SummaryDraft
from bsoo.publications.pdf import pdf
from bsoo.publications.summary import SummaryFace
from bsoo.regions import Region
from bsoo.signals import guard, guarding

LEVELS = {Audience.NETWORK: TextLevel.PARTICIPANTS, Audience.PUBLIC: TextLevel.PUBLIC}
LONGEST_ERRATUM = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """What the privacy guard sees in a face, and where: "in-brief" or the number of an agenda item."""

    place: str
    words: str
    stops: bool
    """It may not be published; otherwise it is a question to whoever publishes."""
    is_person: bool = False
    """A professional of the network; partners may read the name, the public may not."""


def findings(db: Session, actor: Actor, meeting: Meeting, content: MinutesFace, audience: Audience) -> list[Found]:
    """Certain personal data stops every audience, the name of a contact the public; what is possible is asked.

    Partners read the names of those who promised something, so for them a possible name is no question.
    """
    require(actor, Permission.VIEW_MINUTES, meeting.region_id)
    network = guarding.known(db, actor, [meeting.region_id])
    found = []
    for place, text in texts(content):
        for one in guard.findings(text, network):
            if one.level is guard.HARD or audience is Audience.PUBLIC or one.kind is not guard.What.NAME:
                found.append(Found(place, one.of(text), stops=one.level is guard.HARD))
    if audience is Audience.PUBLIC:
        persons = persons_in(content, records.persons_of(db, actor, meeting.region_id, meeting.id))
        found = [one for one in found if one.stops or not any(one.words in name for _place, name in persons)]
        found += [Found(place, name, stops=True, is_person=True) for place, name in persons]
    return found


def publish_minutes(
    db: Session,
    actor: Actor,
    region: Region,
    meeting: Meeting,
    audience: Audience,
    *,
    to: Readers = Readers.NOBODY,
    erratum: str = "",
    seen: str = "",
    letters_at: datetime | None = None,
) -> Publication:
    """Freeze what this audience may read as its next version, and tell those who should know.

    A later version says what it corrects; that text also stands beside the version before. `seen` is the digest of
    the preview: what somebody wrote after it is not published unseen. The letters may wait until `letters_at`.
    """
    require(actor, Permission.PUBLISH, region.id)
    minutes = minutes_queries.minutes_of(db, actor, meeting)
    if minutes is None:
        raise Refused(_("There are no minutes yet. Write a line first."))
    content = face(records.record_of(db, actor, region, meeting), LEVELS[audience])
    if seen and seen != digest(content):
        raise Conflict(_("The minutes changed since you opened this page. Read them once more, then publish."))
    _refuse_empty(content)
    _refuse_obstacles([one for one in findings(db, actor, meeting, content, audience) if one.stops])
    refuse_personal_data(db, actor, region.id, erratum, LEVELS[audience], field="erratum")
    made = _publish(
        db, actor, region, PublicationKind.MINUTES, audience, cast("Mapping[str, object]", content), erratum, meeting.id
    )
    if minutes.state is MinutesState.DRAFT:
        minutes.state = MinutesState.PUBLISHED
        db.add(minutes)
    note(db, actor, "minutes.published", minutes, region.id, audience=str(audience), version=made.version)
    db.flush()
    if audience is Audience.NETWORK:
        letters.tell(db, actor, region, meeting, made, content, who=to, erratum=erratum, begins_at=letters_at)
    return made


def publish_summary(
    db: Session, actor: Actor, region: Region, content: SummaryFace, *, erratum: str = ""
) -> Publication:
    """Publish the signal summary of a quarter, whole: a correction republishes the whole quarter."""
    require(actor, Permission.PUBLISH, region.id)
    if not content["introduction"]:
        raise Refused(_("Write the heart of it first: one or two sentences."), field="introduction")
    refuse_personal_data(db, actor, region.id, content["introduction"], TextLevel.PUBLIC, field="introduction")
    refuse_personal_data(db, actor, region.id, erratum, TextLevel.PUBLIC, field="erratum")
    return _publish(
        db, actor, region, PublicationKind.SUMMARY, Audience.PUBLIC, cast("Mapping[str, object]", content), erratum
    )


def write_summary(
    db: Session, actor: Actor, region: Region, year: int, quarter: int, *, introduction: str, revision: int
) -> SummaryDraft:
    """Keep the introduction of a summary that is being written."""
    require(actor, Permission.PUBLISH, region.id)
    draft = records.draft_of(db, actor, region.id, year, quarter)
    if draft is None:
        draft = SummaryDraft(region_id=region.id, year=year, quarter=quarter, revision=0)
    if draft.revision != revision:
        raise Conflict(
            _("Somebody else changed the summary in between. Choose which text stays."), field="introduction"
        )
    refuse_personal_data(db, actor, region.id, introduction, TextLevel.PUBLIC, field="introduction")
    draft.introduction = introduction.strip()
    draft.revision += 1
    draft.updated_at = clock.now()
    db.add(draft)
    db.flush()
    note(db, actor, "summary.written", draft, region.id)
    return draft


def add_erratum(db: Session, actor: Actor, publication: Publication, *, text: str) -> Erratum:
    """Put a correction beside a version, without changing the version."""
    require(actor, Permission.PUBLISH, publication.region_id)
    if not text.strip():
        raise Refused(_("Say what is corrected."), field="erratum")
    if len(text) > LONGEST_ERRATUM:
        raise Refused(_("This is too long. Use at most %(count)s characters.", count=LONGEST_ERRATUM), field="erratum")
    refuse_personal_data(db, actor, publication.region_id, text, LEVELS[publication.audience], field="erratum")
    made = Erratum(publication_id=publication.id, text=text.strip(), at=clock.now())
    db.add(made)
    note(db, actor, "publication.corrected", publication, publication.region_id)
    db.flush()
    return made


def withdraw(db: Session, actor: Actor, publication: Publication) -> None:
    """Take a version back: its address stays and says so, its text is no longer shown."""
    require(actor, Permission.PUBLISH, publication.region_id)
    if publication.withdrawn_at is None:
        publication.withdrawn_at = clock.now()
        db.add(publication)
        note(db, actor, "publication.withdrawn", publication, publication.region_id)
        db.flush()


def restore(db: Session, actor: Actor, publication: Publication) -> None:
    """Show a withdrawn version again."""
    require(actor, Permission.PUBLISH, publication.region_id)
    if publication.withdrawn_at is not None:
        publication.withdrawn_at = None
        db.add(publication)
        note(db, actor, "publication.restored", publication, publication.region_id)
        db.flush()


def _publish(
    db: Session,
    actor: Actor,
    region: Region,
    kind: PublicationKind,
    audience: Audience,
    content: Mapping[str, object],
    erratum: str,
    meeting_id: UUID | None = None,
) -> Publication:
    # Two who publish at once take turns, so that a number is given once (SQLite lets one writer in anyway).
    db.exec(select(Region.id).where(Region.id == region.id).with_for_update()).one()
    year, quarter = cast("int", content["year"]), cast("int", content["quarter"])
    before = queries.newest(db, actor, region.id, year, quarter, kind, audience)
    fingerprint = digest(content)
    if before is not None and before.digest == fingerprint and before.withdrawn_at is None:
        raise Refused(_("Nothing changed since version %(version)s, so it stays as it is.", version=before.version))
    if before is not None:
        add_erratum(db, actor, before, text=erratum)
    with speaking(DEFAULT):
        shown = document(content)
        made = Publication(
            region_id=region.id,
            meeting_id=meeting_id,
            year=year,
            quarter=quarter,
            kind=kind,
            audience=audience,
            version=before.version + 1 if before is not None else 1,
            title=shown.title[:200],
            content=dict(content),
            digest=fingerprint,
            published_at=clock.now(),
            published_by=actor.id if actor.is_staff else None,
        )
        db.add(made)
        db.flush()
        db.add(
            PublicationFile(
                publication_id=made.id, content=pdf(shown, colophon(made.version, made.published_at, fingerprint))
            )
        )
    note(db, actor, "publication.published", made, region.id, title=made.title, version=made.version)
    db.flush()
    return made


def _refuse_empty(content: MinutesFace) -> None:
    if not content["items"] and not content["in_brief"]:
        raise Refused(_("There is nothing in these minutes that this audience may read. Check the level of the lines."))


def _refuse_obstacles(found: list[Found]) -> None:
    if found:
        places = "; ".join(f"{place_words(one.place)}: “{one.words}”" for one in found[:5])
        raise Refused(_("This cannot be published yet. Take this out first: %(places)s.", places=places))


def place_words(place: str) -> str:
    """Where something stands, in words."""
    if place == "in-brief":
        return _("In brief")
    return _("agenda item %(number)s", number=place) if place != "0" else _("outside the agenda")
