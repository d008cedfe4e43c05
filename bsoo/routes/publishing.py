"""The preview of minutes, face by face, from which they are published."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, require
from bsoo.errors import Refused
from bsoo.i18n import N_, ngettext
from bsoo.i18n import gettext as _
from bsoo.meetings.models import TextLevel
from bsoo.minutes import queries as minutes_queries
from bsoo.publications import actions, letters, queries, records
from bsoo.publications.document import document
from bsoo.publications.faces import digest
from bsoo.publications.letters import Readers
from bsoo.publications.models import Audience, PublicationKind
from bsoo.routes import when
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    path_to,
    render,
)

router = APIRouter()

FACES = (
    (TextLevel.PUBLIC, N_("Everybody")),
    (TextLevel.PARTICIPANTS, N_("The network")),
    (TextLevel.INTERNAL, N_("Staff only")),
)


class PublishForm(BaseModel):
    """Who may read it, and who hears of it."""

    audience: Audience
    to: Readers = Readers.NOBODY
    erratum: Annotated[str, Field(max_length=actions.LONGEST_ERRATUM)] = ""
    seen: Annotated[str, Field(max_length=64)] = ""
    read: bool = False


@router.get("/overleggen/{region}/{quarter}/verslag/publiceren")
def minutes_publish(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, gezicht: str = ""
) -> Response:
    return _preview(request, db, actor, region, quarter, gezicht)


@router.post("/overleggen/{region}/{quarter}/verslag/publiceren")
def minutes_publish_send(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    place, meeting, _minutes = minutes_queries.meeting_of(db, actor, region, quarter)
    require(actor, Permission.PUBLISH, place.id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(PublishForm)
        if form.audience is Audience.PUBLIC and not form.read:
            raise Refused(_("Read the preview once as somebody outside would, and say that you did."), field="read")
        made = actions.publish_minutes(
            *(db, actor, place, meeting, form.audience),
            to=form.to,
            erratum=form.erratum,
            seen=form.seen,
            letters_at=when.chosen(request, typed),
        )
        told = letters.told(db, actor, made)
    if tried.refusal:
        face = "public" if typed.get("audience") == "public" else "participants"
        return _preview(request, db, actor, region, quarter, face, tried=tried)
    toast = _("Version %(version)s is published.", version=made.version)
    if told:
        toast += " " + ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", told)
    return done(request, path_to(request, "minutes_publish", region=region, quarter=quarter), toast=toast)


def _preview(
    request: Request,
    db: Session,
    actor: Actor,
    region: str,
    quarter: str,
    wanted: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    place, meeting, minutes = minutes_queries.meeting_of(db, actor, region, quarter)
    require(actor, Permission.VIEW_MINUTES, place.id)
    level = next((one for one, _word in FACES if one == wanted), TextLevel.PUBLIC)
    faces = records.faces_of(db, actor, place, meeting)
    audience = Audience.PUBLIC if level is TextLevel.PUBLIC else Audience.NETWORK
    found = actions.findings(db, actor, meeting, faces[level], audience) if level is not TextLevel.INTERNAL else []
    return render(
        request,
        "publications/preview.html",
        actor=actor,
        section="publications",
        region=place,
        meeting=meeting,
        minutes=minutes,
        address={"region": region, "quarter": quarter},
        level=level,
        faces=FACES,
        audience=audience,
        document=document(faces[level]),
        counts={one: sum(len(item["blocks"]) for item in faces[one]["items"]) for one in faces},
        hidden_titles=[item["number"] for item in faces[level]["items"] if not item["title"] and item["number"]],
        obstacles=[(actions.place_words(one.place), one) for one in found if one.stops],
        questions=[(actions.place_words(one.place), one) for one in found if not one.stops],
        seen=digest(faces[level]),
        before=queries.newest(db, actor, place.id, meeting.year, meeting.quarter, PublicationKind.MINUTES, audience),
        readers=letters.counts(db, actor, meeting) if audience is Audience.NETWORK else {},
        may_publish=may(actor, Permission.PUBLISH, place.id),
        tried=tried,
    )
