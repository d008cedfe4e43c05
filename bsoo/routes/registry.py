"""The network: the list of people, one contact, one organisation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select
from starlette.responses import Response

from bsoo import clock, i18n
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, permitted_regions
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.regions import Region
from bsoo.registry import actions, listing, organisation_queries, organisations, queries, timeline, values
from bsoo.registry.days import day as day_of
from bsoo.registry.models import Organisation, Sector
from bsoo.registry.words import BASES, SECTORS
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    chosen_region,
    clean,
    done,
    identifier,
    my_regions,
    page_number,
    path_to,
    render,
)
from bsoo.signals.inbox import lines_where
from bsoo.signals.models import Signal, Theme
from bsoo.signals.queries import visible
from bsoo.signals.words import STAFF_STATES

router = APIRouter()

_SIGNALS = 6
"""The newest signals that the page of an organisation shows."""

Words = Annotated[list[str], Query()]


# --- the list ---------------------------------------------------------------------------------------------------------


@router.get("/netwerk")
def network(
    request: Request,
    db: ReadDB,
    actor: Staff,
    q: str = "",
    groep: str = "",
    soort: Words = [],  # noqa: B006 -- FastAPI copies it
    thema: Words = [],  # noqa: B006
    kijk: Words = [],  # noqa: B006
    volgorde: str = "name",
    bladzijde: str = "1",
) -> Response:
    region = chosen_region(request)
    wanted = listing.Wanted(
        text=clean(q)[:200],
        region_id=region.id if region else None,
        group=groep if groep in listing.GROUPS else "",
        sectors=tuple(sector for sector in Sector if sector in soort),
        themes=tuple(clean(code) for code in thema[:20]),
        look=tuple(look for look in listing.LOOKS if look in kijk),
        order=volgorde if volgorde in listing.ORDERS else "name",
        page=page_number(bladzijde),
    )
    return render(
        request,
        "registry/network.html",
        actor=actor,
        section="network",
        region=region,
        wanted=wanted,
        list=listing.People(db, actor, wanted),
        themes=_LazyThemes(db),
        sectors=SECTORS,
        today=clock.today(),
        months_since=timeline.months_since,
        region_names={each.id: each.name for each in my_regions(request)},
    )


class _LazyThemes:
    """The themes in the reader's language; asked only when a template shows them."""

    def __init__(self, db: Session) -> None:
        self._db = db

    @property
    def names(self) -> Mapping[str, str]:
        name = Theme.name_nl if i18n.language() == "nl" else Theme.name_en
        asked = select(Theme.code, name).where(col(Theme.closed_on).is_(None)).order_by(col(Theme.position))
        return dict(self._db.exec(asked).all())


# --- one contact ------------------------------------------------------------------------------------------------------


class ContactForm(BaseModel):
    """What somebody types about a contact."""

    title: Annotated[str, Field(max_length=40)] = ""
    given_name: Annotated[str, Field(max_length=80)] = ""
    infix: Annotated[str, Field(max_length=40)] = ""
    family_name: Annotated[str, Field(max_length=120)] = ""
    email: Annotated[str, Field(max_length=254)]
    phone: Annotated[str, Field(max_length=60)] = ""
    language: Annotated[str, Field(pattern="^(nl|en)$")] = "nl"
    organisation: Annotated[str, Field(max_length=200)] = ""
    role: Annotated[str, Field(max_length=120)] = ""
    department: Annotated[str, Field(max_length=120)] = ""
    notes: Annotated[str, Field(max_length=2000)] = ""


class NewContactForm(ContactForm):
    """A new contact also needs a region, and whether to invite."""

    region: Annotated[str, Field(max_length=40)]
    invited: Annotated[str, Field(max_length=5)] = ""


class ChangedContactForm(ContactForm):
    """The revision that was on the page, so that nobody overwrites somebody else."""

    revision: int


@router.get("/netwerk/contacten/nieuw")
def contact_new(request: Request, db: ReadDB, actor: Staff, organisatie: str = "") -> Response:
    typed = Typed({"organisation": [clean(organisatie)[:200]]}) if organisatie else Typed()
    return _contact_form(request, db, actor, None, tried=Tried(typed))


@router.post("/netwerk/contacten")
def contact_add(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    with Tried(typed) as tried, attempt(db):
        form = typed.check(NewContactForm)
        region = _region_to_edit(request, actor, form.region)
        facts = form.model_dump(exclude={"region", "invited"})
        made = actions.add_contact(db, actor, region.id, invited=bool(form.invited), **facts)
    if tried.refusal:
        return _contact_form(request, db, actor, None, tried=tried)
    toast = _("%(name)s is in the network.", name=made.display_name)
    return done(request, path_to(request, "contact", contact_id=made.id), toast=toast)


@router.get("/netwerk/contacten/{contact_id}")
def contact(request: Request, db: ReadDB, actor: Staff, contact_id: str) -> Response:
    return _contact_page(request, db, actor, contact_id)


@router.get("/netwerk/contacten/{contact_id}/bewerk")
def contact_edit(request: Request, db: ReadDB, actor: Staff, contact_id: str) -> Response:
    page = queries.contact_page(db, actor, identifier(contact_id))
    if not _may_edit(actor, [membership.region_id for membership in page.memberships]):
        raise NotAllowed
    return _contact_form(request, db, actor, page)


@router.post("/netwerk/contacten/{contact_id}")
def contact_save(request: Request, db: WriteDB, actor: Staff, contact_id: str, typed: TypedForm) -> Response:
    found = queries.contact(db, actor, identifier(contact_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ChangedContactForm)
        actions.change_contact(db, actor, found, **form.model_dump())
    if tried.refusal:
        db.expire_all()
        page = queries.contact_page(db, actor, identifier(contact_id))
        return _contact_form(request, db, actor, page, tried=tried)
    return done(request, path_to(request, "contact", contact_id=found.id), toast=_("Saved."))


@router.post("/netwerk/contacten/{contact_id}/uitnodigen/{region}")
def contact_invited(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, typed: TypedForm
) -> Response:
    """Invite somebody to the meetings of a region, or no longer."""
    place = queries.membership(db, actor, identifier(contact_id), _region_id(request, region))
    invited = typed.get("invited", "") == "yes"
    actions.set_invited(db, actor, place, invited=invited)
    back = path_to(request, "contact", contact_id=contact_id)
    toast = _("Will be invited.") if invited else _("Will not be invited any more.")
    return done(request, back, toast=toast)


@router.post("/netwerk/contacten/{contact_id}/bevestigd/{region}")
def contact_confirmed(request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str) -> Response:
    """Staff checked the details: they are right today."""
    place = queries.membership(db, actor, identifier(contact_id), _region_id(request, region))
    actions.confirm_contact(db, actor, place)
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("Confirmed today."))


@router.post("/netwerk/contacten/{contact_id}/functies/{seat_id}/einde")
def contact_left(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, seat_id: str, typed: TypedForm
) -> Response:
    """Somebody left an organisation; can be taken back."""
    seat = queries.affiliation(db, actor, identifier(contact_id), identifier(seat_id))
    with Tried(typed) as tried:
        ended = _left_on(typed.get("on", "").strip())
    if tried.refusal:
        return _contact_page(request, db, actor, contact_id, tried=tried)
    actions.end_affiliation(db, actor, seat, on=ended, because=typed.get("because", "").strip())
    undo = path_to(request, "contact_back", contact_id=contact_id, seat_id=seat_id)
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("Noted as left."), undo=undo)


@router.post("/netwerk/contacten/{contact_id}/functies/{seat_id}/terug")
def contact_back(request: Request, db: WriteDB, actor: Staff, contact_id: str, seat_id: str) -> Response:
    """Somebody did not leave after all."""
    seat = queries.affiliation(db, actor, identifier(contact_id), identifier(seat_id))
    actions.reopen_affiliation(db, actor, seat)
    return done(request, path_to(request, "contact", contact_id=contact_id), toast=_("Put back."))


def _left_on(written: str) -> date:
    """The day that was written; today when nobody says."""
    day = day_of(written) if written else clock.today()
    if day is None:
        raise Refused(_("This date is not clear. Write it like 10-12-2026."), "on")
    return day


def _contact_page(request: Request, db: Session, actor: Actor, contact_id: str, *, tried: Tried = UNTRIED) -> Response:
    page = queries.contact_page(db, actor, identifier(contact_id))
    return render(
        request,
        "registry/contact.html",
        actor=actor,
        section="network",
        page=page,
        lines=timeline.lines(
            page.timeline, page.contact.created_at, page.memberships[0].basis_source if page.memberships else ""
        ),
        phones=_phones(page.contact.phone),
        bases=BASES,
        today=clock.today(),
        months_since=timeline.months_since,
        regions_by_id={each.id: each for each in my_regions(request)},
        may_edit=_may_edit(actor, [membership.region_id for membership in page.memberships]),
        tried=tried,
    )


def _contact_form(
    request: Request,
    db: Session,
    actor: Actor,
    page: queries.ContactPage | None,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    regions = _regions_to_edit(request, actor)
    if page is None and not regions:
        raise NotAllowed
    chosen = chosen_region(request)
    holder = queries.holder_of(db, actor, tried.typed.get("email", "")) if "email" in tried.errors else None
    return render(
        request,
        "registry/contact_edit.html",
        actor=actor,
        section="network",
        page=page,
        contact=page.contact if page else None,
        seat=page.open_seats[0] if page and page.open_seats else None,
        address=page.used_address if page else None,
        phone=_phones(page.contact.phone) if page else "",
        regions_to_edit=regions,
        region_options=[(each.slug, each.name) for each in regions],
        region=chosen if chosen in regions else None,
        organisations=organisation_queries.organisations_by_name(db, actor),
        holder=holder if holder and (page is None or holder[0] != page.contact.id) else None,
        tried=tried,
    )


# --- one organisation -------------------------------------------------------------------------------------------------


class OrganisationForm(BaseModel):
    """What somebody types about an organisation."""

    name: Annotated[str, Field(max_length=200)]
    sector: Sector = Sector.OTHER
    aliases: Annotated[str, Field(max_length=1000)] = ""
    kvk: Annotated[str, Field(max_length=20)] = ""
    website: Annotated[str, Field(max_length=290)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=60)] = ""
    street: Annotated[str, Field(max_length=200)] = ""
    postcode: Annotated[str, Field(max_length=10)] = ""
    place: Annotated[str, Field(max_length=80)] = ""
    themes: list[str] = []
    notes: Annotated[str, Field(max_length=2000)] = ""

    def facts(self, known: Mapping[str, str]) -> dict[str, object]:
        """The form as an action takes it: other names as lines, themes that exist."""
        names = [values.cleaned(line)[:200] for line in self.aliases.splitlines() if line.strip()]
        return {
            **self.model_dump(exclude={"aliases", "themes", "region", "revision"}),
            "aliases": names[:20],
            "themes": [code for code in known if code in self.themes],
        }


class NewOrganisationForm(OrganisationForm):
    """A new organisation also needs a region."""

    region: Annotated[str, Field(max_length=40)]


class ChangedOrganisationForm(OrganisationForm):
    """The revision that was on the page, so that nobody overwrites somebody else."""

    revision: int


@router.get("/netwerk/organisaties/nieuw")
def organisation_new(request: Request, db: ReadDB, actor: Staff) -> Response:
    return _organisation_form(request, db, actor, None)


@router.post("/netwerk/organisaties")
def organisation_add(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    with Tried(typed) as tried, attempt(db):
        form = typed.check(NewOrganisationForm)
        region = _region_to_edit(request, actor, form.region)
        facts = form.facts(_LazyThemes(db).names)
        made = organisations.add_organisation(db, actor, region.id, **facts)  # type: ignore[arg-type] # checked by the form
    if tried.refusal:
        return _organisation_form(request, db, actor, None, tried=tried)
    toast = _("%(name)s is in the network.", name=made.name)
    return done(request, path_to(request, "organisation", organisation_id=made.id), toast=toast)


@router.get("/netwerk/organisaties/{organisation_id}")
def organisation(request: Request, db: ReadDB, actor: Staff, organisation_id: str) -> Response:
    page = organisation_queries.organisation_page(db, actor, identifier(organisation_id))
    names = _LazyThemes(db).names if page.organisation.themes else {}
    return render(
        request,
        "registry/organisation.html",
        actor=actor,
        section="network",
        page=page,
        lines=timeline.lines(page.timeline, page.organisation.created_at),
        shown_phone=_phones,
        sectors=SECTORS,
        signals=lines_where(
            db,
            visible(actor, None),
            col(Signal.organisation_id) == page.organisation.id,
            order=[col(Signal.submitted_at).desc()],
        )[:_SIGNALS],
        states=STAFF_STATES,
        theme_names=[names[code] for code in page.organisation.themes if code in names],
        region_names={each.id: each.name for each in my_regions(request)},
        may_edit=_may_edit(actor, page.region_ids),
        initials=_initials,
    )


@router.get("/netwerk/organisaties/{organisation_id}/bewerk")
def organisation_edit(request: Request, db: ReadDB, actor: Staff, organisation_id: str) -> Response:
    page = organisation_queries.organisation_page(db, actor, identifier(organisation_id))
    if not _may_edit(actor, page.region_ids):
        raise NotAllowed
    return _organisation_form(request, db, actor, page.organisation)


@router.post("/netwerk/organisaties/{organisation_id}")
def organisation_save(request: Request, db: WriteDB, actor: Staff, organisation_id: str, typed: TypedForm) -> Response:
    found = organisation_queries.organisation(db, actor, identifier(organisation_id))
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ChangedOrganisationForm)
        facts = form.facts(_LazyThemes(db).names)
        organisations.change_organisation(db, actor, found, revision=form.revision, **facts)  # type: ignore[arg-type] # as above
    if tried.refusal:
        db.expire_all()
        return _organisation_form(request, db, actor, found, tried=tried)
    return done(request, path_to(request, "organisation", organisation_id=found.id), toast=_("Saved."))


def _organisation_form(
    request: Request,
    db: Session,
    actor: Actor,
    found: Organisation | None,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    regions = _regions_to_edit(request, actor)
    if found is None and not regions:
        raise NotAllowed
    chosen = chosen_region(request)
    return render(
        request,
        "registry/organisation_edit.html",
        actor=actor,
        section="network",
        organisation=found,
        phone=_phones(found.phone) if found else "",
        sectors=SECTORS,
        themes=_LazyThemes(db).names,
        regions_to_edit=regions,
        region_options=[(each.slug, each.name) for each in regions],
        region=chosen if chosen in regions else None,
        tried=tried,
    )


# --- shared -----------------------------------------------------------------------------------------------------------


def _regions_to_edit(request: Request, actor: Actor) -> list[Region]:
    return [region for region in my_regions(request) if may(actor, Permission.EDIT_REGISTRY, region.id)]


def _region_to_edit(request: Request, actor: Actor, slug: str) -> Region:
    found = next((region for region in _regions_to_edit(request, actor) if region.slug == slug), None)
    if found is None:
        raise Refused(_("Choose one of the options."), "region")
    return found


def _region_id(request: Request, slug: str) -> UUID:
    found = next((region.id for region in my_regions(request) if region.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def _may_edit(actor: Actor, region_ids: Sequence[UUID]) -> bool:
    """In one of these regions; what belongs to no region is for who may edit everywhere."""
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    return mine is None or any(region_id in mine for region_id in region_ids)


def _phones(phone: str) -> str:
    return ", ".join(values.shown_phone(number) for number in phone.split(", ")) if phone else ""


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isupper()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
