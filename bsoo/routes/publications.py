"""Publications at their permanent addresses, and the preview from which they are published."""

import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, permitted_regions, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import DEFAULT, N_, language, ngettext
from bsoo.i18n import gettext as _
from bsoo.meetings.calendar import Quarter
from bsoo.meetings.models import TextLevel
from bsoo.minutes import promised
from bsoo.minutes import queries as minutes_queries
from bsoo.publications import actions, letters, queries, records
from bsoo.publications.document import document
from bsoo.publications.faces import canonical
from bsoo.publications.letters import Readers
from bsoo.publications.models import Audience, Publication, PublicationKind
from bsoo.publications.pdf import translated
from bsoo.routes import summaries
from bsoo.routes.edge import (
    PRIVATE,
    Partner,
    ReadDB,
    Staff,
    Typed,
    TypedForm,
    Visitor,
    WriteDB,
    attempt,
    chosen_region,
    done,
    identifier,
    my_regions,
    path_to,
    render,
)

router = APIRouter()
router.include_router(summaries.router)

KINDS = {"verslag": PublicationKind.MINUTES, "samenvatting": PublicationKind.SUMMARY}
SLUGS = {kind: slug for slug, kind in KINDS.items()}
AUDIENCES = {Audience.NETWORK: N_("the network"), Audience.PUBLIC: N_("everybody")}
FACES = (
    (TextLevel.PUBLIC, N_("Everybody")),
    (TextLevel.PARTICIPANTS, N_("The network")),
    (TextLevel.INTERNAL, N_("Staff only")),
)
SHORT_WHILE = timedelta(minutes=10)


class PublishForm(BaseModel):
    """Who may read it, and who hears of it."""

    audience: Audience
    to: Readers = Readers.NOBODY
    erratum: Annotated[str, Field(max_length=actions.LONGEST_ERRATUM)] = ""


class ErratumForm(BaseModel):
    """What is corrected beside a version."""

    erratum: Annotated[str, Field(max_length=actions.LONGEST_ERRATUM)] = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a publication is: the parts of its address, checked."""

    region: str
    quarter: Quarter
    kind: PublicationKind


# --- Lists ----------------------------------------------------------------------------------------------------------


@router.get("/publicaties")
def publications(request: Request, db: ReadDB, actor: Visitor, bladzijde: str = "1") -> Response:
    if actor.is_staff:
        return _desk(request, db, actor)
    page = int(bladzijde) if re.fullmatch("[1-9][0-9]{0,3}", bladzijde) else 1
    rows = queries.published(db, actor, page=page, most=queries.PAGE)
    return render(
        request,
        "public/publications.html",
        actor=actor,
        section="publications",
        rows=rows,
        slugs=SLUGS,
        page=page,
        has_more=len(rows) == queries.PAGE,
    )


def _desk(request: Request, db: Session, actor: Actor) -> Response:
    """For staff: what waits to be published, and everything that was."""
    chosen = chosen_region(request)
    ids = [chosen.id] if chosen else _permitted(request, actor)
    last = Quarter.of(clock.today()).previous()
    rows = queries.published_for(db, actor, ids)
    written = {row.region_slug for row in rows if row.kind is PublicationKind.SUMMARY and row.slug == last.slug}
    return render(
        request,
        "publications/index.html",
        actor=actor,
        section="publications",
        waiting=records.waiting(db, actor, ids),
        rows=rows,
        slugs=SLUGS,
        audiences=AUDIENCES,
        summaries=[
            (region, last)
            for region in ([chosen] if chosen else my_regions(request))
            if may(actor, Permission.PUBLISH, region.id) and region.slug not in written
        ],
    )


def _permitted(request: Request, actor: Actor) -> list[UUID] | None:
    if permitted_regions(actor, Permission.VIEW_NETWORK_TEXTS) is None:
        return None
    return [region.id for region in my_regions(request)]


# --- Publishing minutes ---------------------------------------------------------------------------------------------


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
    try:
        form = typed.check(PublishForm)
        with attempt(db):
            made = actions.publish_minutes(db, actor, place, meeting, form.audience, to=form.to, erratum=form.erratum)
            told = letters.told(db, actor, made)
    except Refused as refusal:
        face = "public" if typed.get("audience") == "public" else "participants"
        return _preview(request, db, actor, region, quarter, face, typed=typed, errors=refusal.errors, status=422)
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
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    place, meeting, minutes = minutes_queries.meeting_of(db, actor, region, quarter)
    require(actor, Permission.VIEW_MINUTES, place.id)
    level = next((one for one, _word in FACES if one == wanted), TextLevel.PUBLIC)
    faces = records.faces_of(db, actor, place, meeting)
    audience = Audience.PUBLIC if level is TextLevel.PUBLIC else Audience.NETWORK
    obstacles = actions.obstacles(db, actor, meeting, faces[level], audience) if level is not TextLevel.INTERNAL else []
    return render(
        request,
        "publications/preview.html",
        actor=actor,
        status=status,
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
        obstacles=[(actions.place_words(one.place), one) for one in obstacles],
        before=queries.newest(db, actor, place.id, meeting.year, meeting.quarter, PublicationKind.MINUTES, audience),
        readers=letters.counts(db, actor, meeting) if audience is Audience.NETWORK else {},
        may_publish=may(actor, Permission.PUBLISH, place.id),
        typed=typed or {},
        errors=errors or {},
    )


# --- Reading --------------------------------------------------------------------------------------------------------


@router.get("/publicaties/{region}/{quarter}/{kind}/v{version}.pdf")
def publication_pdf(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str, version: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind), version)
    return _pdf(request, db, actor, found, path_to(request, "publication", region=region, quarter=quarter, kind=kind))


@router.get("/publicaties/{region}/{quarter}/{kind}/netwerk/v{version}.pdf")
def network_pdf(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, kind: str, version: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind), version, Audience.NETWORK)
    return _pdf(request, db, actor, found, path_to(request, "publications"))


@router.get("/publicaties/{region}/{quarter}/{kind}/netwerk/v{version}")
def network_version(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, kind: str, version: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind), version, Audience.NETWORK)
    pdf = path_to(request, "network_pdf", region=region, quarter=quarter, kind=kind, version=version)
    return _reading(request, db, actor, found, kind, pdf)


@router.get("/publicaties/{region}/{quarter}/{kind}/v{version}")
def publication_version(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str, version: str
) -> Response:
    return _public_page(request, db, actor, _address(region, quarter, kind), kind, version)


@router.get("/publicaties/{region}/{quarter}/{kind}.pdf")
def publication_newest_pdf(
    request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str
) -> Response:
    found = _found(db, actor, _address(region, quarter, kind))
    return _pdf(request, db, actor, found, path_to(request, "publication", region=region, quarter=quarter, kind=kind))


@router.get("/publicaties/{region}/{quarter}/{kind}")
def publication(request: Request, db: ReadDB, actor: Visitor, region: str, quarter: str, kind: str) -> Response:
    return _public_page(request, db, actor, _address(region, quarter, kind), kind)


@router.get("/mijn/{token}/verslag/{publication_id}.pdf")
def own_publication_pdf(request: Request, db: ReadDB, who: Partner, publication_id: str) -> Response:
    found = queries.publication_by_id(db, who.actor, identifier(publication_id))
    back = path_to(request, "own_publication", token=who.token, publication_id=publication_id)
    return _pdf(request, db, who.actor, found, back, headers=PRIVATE)


@router.get("/mijn/{token}/verslag/{publication_id}")
def own_publication(request: Request, db: ReadDB, who: Partner, publication_id: str) -> Response:
    found = queries.publication_by_id(db, who.actor, identifier(publication_id))
    pdf = path_to(request, "own_publication_pdf", token=who.token, publication_id=publication_id)
    return _reading(request, db, who.actor, found, SLUGS[found.kind], pdf, headers=PRIVATE)


def _address(region: str, quarter: str, kind: str) -> Address:
    if kind not in KINDS:
        raise NotFound
    try:
        return Address(region, Quarter.from_slug(quarter), KINDS[kind])
    except ValueError:
        raise NotFound from None


def _found(
    db: Session, actor: Actor, at: Address, version: str = "", audience: Audience = Audience.PUBLIC
) -> Publication:
    if version and not re.fullmatch("[1-9][0-9]{0,4}", version):
        raise NotFound
    return queries.publication(
        db,
        actor,
        region_slug=at.region,
        year=at.quarter.year,
        quarter=at.quarter.number,
        kind=at.kind,
        audience=audience,
        version=int(version) if version else None,
    )


def _public_page(request: Request, db: Session, actor: Actor, at: Address, kind: str, version: str = "") -> Response:
    found = _found(db, actor, at, version)
    pdf = path_to(
        request, "publication_pdf", region=at.region, quarter=at.quarter.slug, kind=kind, version=found.version
    )
    return _reading(request, db, actor, found, kind, pdf)


def _reading(
    request: Request,
    db: Session,
    actor: Actor,
    found: Publication,
    kind: str,
    pdf: str,
    *,
    headers: dict[str, str] | None = None,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """The page of a version; a withdrawn one keeps its address and says so, without its text."""
    gone = found.withdrawn_at is not None
    versions = queries.versions(db, actor, found)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.GONE if gone else HTTPStatus.OK
    return render(
        request,
        "publications/document.html",
        actor=actor,
        status=status,
        headers=headers,
        section="publications",
        publication=found,
        kind=kind,
        region_slug=versions[0].region_slug,
        document=document(found.content),
        states=_states(db, actor, found),
        adopted_on=queries.adopted_on(db, actor, found) if found.meeting_id else None,
        versions=versions,
        errata=queries.errata(db, actor, found),
        pdf=pdf,
        kilobytes=max(1, queries.pdf_size(db, actor, found) // 1000),
        is_for_network=found.audience is Audience.NETWORK,
        may_publish=actor.is_staff and may(actor, Permission.PUBLISH, found.region_id),
        typed=typed or {},
        errors=errors or {},
    )


def _states(db: Session, actor: Actor, found: Publication) -> dict[str, promised.Progress]:
    """How far the actions in a version are today: the only thing on its page that is not frozen."""
    if found.meeting_id is None:
        return {}
    codes = {row[0] for part in document(found.content).parts if part.kind == "table" for row in part.rows}
    return promised.states_of(db, actor, found.meeting_id, codes)


def _pdf(
    request: Request,
    db: Session,
    actor: Actor,
    found: Publication,
    page: str,
    *,
    headers: dict[str, str] | None = None,
) -> Response:
    content = queries.stored_pdf(db, actor, found)
    if content is None or found.withdrawn_at is not None:
        return RedirectResponse(page, status_code=HTTPStatus.SEE_OTHER)
    if language() != DEFAULT:
        content = translated(canonical(found.content), found.version, found.published_at, language())
    name = f"bsoo-{found.year}-{found.quarter}-{SLUGS[found.kind]}-v{found.version}.pdf"
    kept = {"Cache-Control": f"public, max-age={int(SHORT_WHILE.total_seconds())}"} if headers is None else headers
    disposition = {"Vary": "Cookie", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers={**kept, **disposition})


# --- Corrections ----------------------------------------------------------------------------------------------------


@router.post("/publicaties/versies/{publication_id}/verbetering")
def erratum_add(request: Request, db: WriteDB, actor: Staff, publication_id: str, typed: TypedForm) -> Response:
    found = queries.publication_by_id(db, actor, identifier(publication_id))
    try:
        form = typed.check(ErratumForm)
        with attempt(db):
            actions.add_erratum(db, actor, found, text=form.erratum)
    except Refused as refusal:
        kind = SLUGS[found.kind]
        return _reading(request, db, actor, found, kind, "#pdf", typed=typed, errors=refusal.errors)
    return done(request, _own_path(request, db, actor, found), toast=_("The correction stands beside the text."))


@router.post("/publicaties/versies/{publication_id}/ingetrokken")
def publication_withdraw(request: Request, db: WriteDB, actor: Staff, publication_id: str) -> Response:
    found = queries.publication_by_id(db, actor, identifier(publication_id))
    actions.withdraw(db, actor, found)
    undo = path_to(request, "publication_restore", publication_id=found.id)
    return done(request, _own_path(request, db, actor, found), toast=_("This version is withdrawn."), undo=undo)


@router.post("/publicaties/versies/{publication_id}/terug")
def publication_restore(request: Request, db: WriteDB, actor: Staff, publication_id: str) -> Response:
    found = queries.publication_by_id(db, actor, identifier(publication_id))
    actions.restore(db, actor, found)
    return done(request, _own_path(request, db, actor, found), toast=_("Put back"))


def _own_path(request: Request, db: Session, actor: Actor, found: Publication) -> str:
    region = queries.versions(db, actor, found)[0].region_slug
    name = "network_version" if found.audience is Audience.NETWORK else "publication_version"
    return path_to(
        request,
        name,
        region=region,
        quarter=f"{found.year}-{found.quarter}",
        kind=SLUGS[found.kind],
        version=found.version,
    )
