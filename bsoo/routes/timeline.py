"""The timeline of a contact and of an organisation: what happened, by kind, page by page."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.i18n import N_
from bsoo.mail.words import LETTER_WORDS
from bsoo.meetings.words import ANSWERS, PRESENCES
from bsoo.minutes.models import ActionState
from bsoo.registry import organisation_queries, queries, timeline
from bsoo.registry.models import Contact, Organisation
from bsoo.routes.edge import ReadDB, Staff, identifier, my_regions, page_number, render
from bsoo.routes.happened import BEGUN, KINDS, PAGE, happened
from bsoo.signals.words import STAFF_STATES
from bsoo.terms.words import known

router = APIRouter()

WORDS = {
    "gegevens": N_("Details"),
    "lijsten": N_("Imports"),
    "samenvoegen": N_("Merges"),
    "brieven": N_("Letters"),
    "antwoorden": N_("Answers"),
    "aanwezig": N_("Attendance"),
    "signalen": N_("Signals"),
    "acties": N_("Actions"),
}
ICONS = {
    "brieven": "mail",
    "antwoorden": "message-square",
    "aanwezig": "user-check",
    "signalen": "flag",
    "acties": "list-checks",
}
ACTION_STATES = {
    ActionState.OPEN: N_("open"),
    ActionState.DONE: N_("done"),
    ActionState.DROPPED: N_("dropped"),
    ActionState.MOVED: N_("moved"),
}


@router.get("/netwerk/contacten/{contact_id}/tijdlijn")
def contact_timeline(
    request: Request, db: ReadDB, actor: Staff, contact_id: str, soort: str = "", bladzijde: str = ""
) -> Response:
    contact = queries.contact(db, actor, identifier(contact_id))
    return _page(request, db, actor, Contact, contact.id, contact.display_name, soort, bladzijde)


@router.get("/netwerk/organisaties/{organisation_id}/tijdlijn")
def organisation_timeline(
    request: Request, db: ReadDB, actor: Staff, organisation_id: str, soort: str = "", bladzijde: str = ""
) -> Response:
    house = organisation_queries.organisation(db, actor, identifier(organisation_id))
    return _page(request, db, actor, Organisation, house.id, house.name, soort, bladzijde)


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    about: type[Contact] | type[Organisation],
    subject_id: UUID,
    name: str,
    soort: str,
    bladzijde: str,
) -> Response:
    kind = soort if soort in KINDS else ""
    listed = known(db)
    found = happened(db, actor, about, subject_id, kind, page_number(bladzijde))
    return render(
        request,
        "registry/timeline.html",
        actor=actor,
        section="network",
        name=name,
        of_contact=about is Contact,
        subject_id=subject_id,
        found=found,
        logged={
            **{entry.id: timeline.line(entry, listed) for entry in found.entries.values()},
            **{line.id: timeline.beginning(line.at, line.said) for line in found.lines if line.code == BEGUN},
        },
        kind=kind,
        words=WORDS,
        icons=ICONS,
        total=sum(found.counts.values()),
        pages=max(1, -(-found.number // PAGE)),
        page_size=PAGE,
        regions_by_id={region.id: region for region in my_regions(request)},
        said={
            "brieven": LETTER_WORDS,
            "antwoorden": {answer.value: words for answer, words in ANSWERS.items()},
            "aanwezig": {presence.value: words for presence, words in PRESENCES.items()},
            "signalen": {state.value: words for state, words in STAFF_STATES.items()},
            "acties": {state.value: words for state, words in ACTION_STATES.items()},
        },
    )
