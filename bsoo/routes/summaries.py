"""Writing and publishing the signal summary of a quarter."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.publications import actions, queries, records
from bsoo.publications.document import document, summary_title
from bsoo.publications.models import Audience, PublicationKind
from bsoo.publications.summary import summary_face
from bsoo.quarters import Quarter
from bsoo.regions import Region
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
    region_or_404,
    render,
)

router = APIRouter()


class SummaryForm(BaseModel):
    """The words above the figures; `publish` is the button that publishes."""

    introduction: Annotated[str, Field(max_length=2000)] = ""
    revision: int = 0
    erratum: Annotated[str, Field(max_length=actions.LONGEST_ERRATUM)] = ""
    publish: Annotated[str, Field(max_length=5)] = ""


@router.get("/publicaties/{region}/{quarter}/samenvatting/schrijven")
def summary_edit(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str) -> Response:
    return _page(request, db, actor, region, quarter)


@router.post("/publicaties/{region}/{quarter}/samenvatting/schrijven")
def summary_save(request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm) -> Response:
    place, of = _place(db, actor, region, quarter)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(SummaryForm)
        actions.write_summary(
            db, actor, place, of.year, of.number, introduction=form.introduction, revision=form.revision
        )
        if form.publish:
            facts = records.summary_facts(db, actor, place, of.year, of.number)
            face = summary_face(facts, form.introduction)
            actions.publish_summary(db, actor, place, face, erratum=form.erratum)
    if tried.refusal:
        return _page(request, db, actor, region, quarter, tried=tried)
    if form.publish:
        url = path_to(request, "publication", region=region, quarter=quarter, kind="samenvatting")
        return done(request, url, toast=_("The summary is published."))
    return done(request, path_to(request, "summary_edit", region=region, quarter=quarter), toast=_("Saved."))


def _place(db: Session, actor: Actor, region: str, quarter: str) -> tuple[Region, Quarter]:
    place = region_or_404(db, actor, region, Permission.VIEW_TRENDS)
    require(actor, Permission.PUBLISH, place.id)
    try:
        return place, Quarter.from_slug(quarter)
    except ValueError:
        raise NotFound from None


def _page(
    request: Request,
    db: Session,
    actor: Actor,
    region: str,
    quarter: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    place, of = _place(db, actor, region, quarter)
    facts = records.summary_facts(db, actor, place, of.year, of.number)
    draft = records.draft_of(db, actor, place.id, of.year, of.number)
    kind, audience = PublicationKind.SUMMARY, Audience.PUBLIC
    before = queries.newest(db, actor, place.id, of.year, of.number, kind, audience)
    # Whoever corrects a version that was published begins with its own words.
    words = draft.introduction if draft is not None else str(before.content["introduction"]) if before else ""
    face = summary_face(facts, words)
    return render(
        request,
        "publications/summary.html",
        actor=actor,
        section="publications",
        region=place,
        of=of,
        title=summary_title(place.name, of.year, of.number),
        draft=draft,
        introduction=words,
        document=document(face),
        hidden=sum(cell.hidden for one in facts.series for cell in one.cells),
        left_out=len(facts.series) - len(face["themes"]),
        before=before,
        is_running=of.last_day >= clock.today(),
        tried=tried,
    )
