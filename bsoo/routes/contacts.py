"""One contact: the page, the form, and what is done to it in a region."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.registry import actions, organisation_queries, queries
from bsoo.registry.doubles import both, merge_queries
from bsoo.registry.doubles.words_of_likeness import in_words
from bsoo.registry.editable import region_of_contact
from bsoo.registry.facts import ContactFacts
from bsoo.registry.models import Contact, MemberStatus
from bsoo.registry.values import shown_phones
from bsoo.routes import addresses, confirming, contact_links, leaving, looking, memberships
from bsoo.routes.contact_page import contact_page
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
    path_to,
    render,
)
from bsoo.routes.editing import may_edit, region_to_edit, regions_to_edit

router = APIRouter()
router.include_router(leaving.router)
router.include_router(confirming.router)
router.include_router(addresses.router)
router.include_router(memberships.router)
router.include_router(contact_links.router)


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

    def facts(self) -> ContactFacts:
        """The form as an action takes it."""
        return ContactFacts(**self.model_dump(exclude={"region", "status", "revision", "anyway"}))


class NewContactForm(ContactForm):
    """A new contact also needs a region, and as what they take part there."""

    region: Annotated[str, Field(max_length=40)]
    status: Literal["invited", "member", "guest"] = "invited"
    anyway: Annotated[str, Field(max_length=5)] = ""
    """They saw who it looks like: it is somebody else."""


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
        region = region_to_edit(request, actor, form.region)
        alike = looking.alike_contacts(db, actor, form.facts())
        if alike and not form.anyway:
            raise Refused(_("Somebody like this is in the network already. Look who, or add anyway."), "lijkt")
        status = MemberStatus.GUEST if form.status == "guest" else MemberStatus.MEMBER
        invited = form.status != "member"
        made = actions.add_contact(db, actor, region.id, form.facts(), status=status, invited=invited)
        for other, _how in alike:
            both.keep_apart(db, actor, Contact, (made.id, other.id))
    if tried.refusal:
        return _contact_form(request, db, actor, None, tried=tried)
    toast = _("%(name)s is in the network.", name=made.display_name)
    return done(request, path_to(request, "contact", contact_id=made.id), toast=toast)


@router.post("/netwerk/contacten/lijkt-op")
def contact_like(request: Request, db: WriteDB, actor: Staff, typed: TypedForm) -> Response:
    """Who it looks like, while somebody types; nothing is kept."""
    return _contact_form(request, db, actor, None, tried=Tried(typed))


@router.get("/netwerk/contacten/{contact_id}")
def contact(request: Request, db: ReadDB, actor: Staff, contact_id: str) -> Response:
    """Who was merged away is found at the contact who stayed."""
    try:
        return contact_page(request, db, actor, contact_id)
    except NotFound:
        stays = merge_queries.merged_into(db, actor, Contact, identifier(contact_id))
        if stays is None:
            raise
        return done(request, path_to(request, "contact", contact_id=stays))


@router.get("/netwerk/contacten/{contact_id}/bewerk")
def contact_edit(request: Request, db: ReadDB, actor: Staff, contact_id: str) -> Response:
    page = queries.contact_page(db, actor, identifier(contact_id))
    if not may_edit(actor, [membership.region_id for membership in page.memberships]):
        raise NotAllowed
    return _contact_form(request, db, actor, page)


@router.post("/netwerk/contacten/{contact_id}")
def contact_save(request: Request, db: WriteDB, actor: Staff, contact_id: str, typed: TypedForm) -> Response:
    found = queries.contact(db, actor, identifier(contact_id))
    region_of_contact(db, actor, found)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(ChangedContactForm)
        actions.change_contact(db, actor, found, form.facts(), revision=form.revision)
    if tried.refusal:
        db.expire_all()
        page = queries.contact_page(db, actor, identifier(contact_id))
        return _contact_form(request, db, actor, page, tried=tried)
    return done(request, path_to(request, "contact", contact_id=found.id), toast=_("Saved."))


def _contact_form(
    request: Request,
    db: Session,
    actor: Actor,
    page: queries.ContactPage | None,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    regions = regions_to_edit(request, actor)
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
        phone=shown_phones(page.contact.phone) if page else "",
        regions_to_edit=regions,
        region_options=[(each.slug, each.name) for each in regions],
        region=chosen if chosen in regions else None,
        organisations=organisation_queries.organisations_by_name(db, actor),
        alike=looking.alike_contacts(db, actor, looking.typed_contact(tried.typed)) if page is None else [],
        in_words=in_words,
        holder=holder if holder and (page is None or holder[0] != page.contact.id) else None,
        tried=tried,
    )
