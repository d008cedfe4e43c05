"""What people may ask under the AVG: to see what is kept of them, and to be erased; and why we may write to them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.responses import Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, permitted_regions
from bsoo.db import Database
from bsoo.errors import NotAllowed, NotFound, Refused
from bsoo.exports.files import File
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import purposes
from bsoo.mail.purpose_words import NAMES
from bsoo.mail.purposes import IN_ADDRESS
from bsoo.privacy import disclosing, erasing, leavers, periods
from bsoo.privacy.disclosing import Dossier
from bsoo.privacy.words import FATES, TEXTS
from bsoo.publications.pdf import pdf
from bsoo.registry import basis, consents, queries
from bsoo.registry.imports import kept
from bsoo.registry.models import Basis, Grounds
from bsoo.registry.words import BASES
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    database,
    done,
    identifier,
    my_regions,
    path_to,
    render,
    settings,
)
from bsoo.routes.editing import region_id_of
from bsoo.routes.exports import attachment
from bsoo.settings import Settings
from bsoo.text import slug_of

router = APIRouter()


class BasisForm(BaseModel):
    """Why we may write to somebody in a region."""

    basis: Basis | None = None
    """Nothing chosen, of one kind of mail: as for everything."""
    source: Annotated[str, Field(max_length=200)] = ""
    since: date | None = None
    text: UUID | None = None

    def grounds(self) -> Grounds | None:
        if self.basis is None:
            return None
        return Grounds(basis=self.basis, basis_source=self.source, basis_since=self.since, agreed_text_id=self.text)


@router.get("/netwerk/contacten/{contact_id}/privacy")
def contact_privacy(request: Request, db: ReadDB, actor: Staff, contact_id: str) -> Response:
    return _privacy_page(request, db, actor, contact_id)


@router.post("/netwerk/contacten/{contact_id}/grondslag/{region}")
def contact_basis(
    request: Request, db: WriteDB, actor: Staff, contact_id: str, region: str, typed: TypedForm, doel: str = ""
) -> Response:
    """Say why we may write to this person in a region: for everything, or for one kind of mail by its word."""
    if doel not in {"", *IN_ADDRESS}:
        raise NotFound
    place = queries.membership(db, actor, identifier(contact_id), region_id_of(request, region))
    with Tried(typed) as tried, attempt(db):
        basis.set_basis(db, actor, place, typed.check(BasisForm).grounds(), IN_ADDRESS.get(doel))
    if tried.refusal:
        return _privacy_page(request, db, actor, contact_id, tried=tried, tried_at=(region, doel))
    return done(request, path_to(request, "contact_privacy", contact_id=contact_id), toast=_("Saved."))


@router.post("/netwerk/contacten/{contact_id}/inzage")
def contact_disclosed(request: Request, db: WriteDB, actor: Staff, contact_id: str, typed: TypedForm) -> Response:
    """All that is kept about a contact. A POST, because it is noted who took it out."""
    found = disclosing.of_contact(db, actor, identifier(contact_id))
    back = (found.name, path_to(request, "contact_privacy", contact_id=contact_id))
    return _given(request, actor, found, typed.get("vorm", ""), back)


@router.post("/beheer/medewerkers/{user_id}/inzage")
def staff_disclosed(request: Request, db: WriteDB, actor: Staff, user_id: str, typed: TypedForm) -> Response:
    """All that is kept about a member of staff."""
    found = disclosing.of_staff(db, actor, identifier(user_id))
    back = (_("Administration"), path_to(request, "administration"))
    return _given(request, actor, found, typed.get("vorm", ""), back)


@router.get("/netwerk/contacten/{contact_id}/wissen")
def contact_erasure(request: Request, db: ReadDB, actor: Staff, contact_id: str) -> Response:
    """What erasing would do."""
    return _erasure_page(request, db, actor, contact_id)


@router.post("/netwerk/contacten/{contact_id}/wissen")
def contact_erase(request: Request, db: WriteDB, actor: Staff, contact_id: str, typed: TypedForm) -> Response:
    """Erase, after the name was typed."""
    with Tried(typed) as tried, attempt(db):
        touched = erasing.erase(
            db, actor, identifier(contact_id), typed_name=typed.get("name", ""), chosen=typed.all("tekst")
        )
    if tried.refusal:
        return _erasure_page(request, db, actor, contact_id, tried=tried, chosen=typed.all("tekst"))
    toast = ngettext("Erased, in %(num)s place.", "Erased, in %(num)s places.", touched)
    answer = done(request, path_to(request, "network"), toast=toast)
    answer.background = BackgroundTask(_leave_no_trace, database(request), settings(request))
    return answer


def _leave_no_trace(database: Database, settings: Settings) -> None:
    """What stands beside the tables, once they are committed and not only tonight."""
    kept.forget_all(settings.data)
    database.empty_log()


@router.get("/netwerk/vertrokken")
def leaving_contacts(request: Request, db: ReadDB, actor: Staff) -> Response:
    """Who left long ago and is forgotten soon."""
    if not may(actor, Permission.EDIT_REGISTRY):
        raise NotAllowed
    return render(
        request,
        "privacy/leavers.html",
        actor=actor,
        section="network",
        leavers=leavers.leavers(db, actor),
        kept=periods.in_words(periods.kept(db, actor)["leavers"]),
        regions_by_id={each.id: each for each in my_regions(request)},
    )


# --- pages ------------------------------------------------------------------------------------------------------------


def _privacy_page(
    request: Request,
    db: Session,
    actor: Actor,
    contact_id: str,
    *,
    tried: Tried = UNTRIED,
    tried_at: tuple[str, str] | None = None,
) -> Response:
    """`tried_at` is the region and the kind of mail of the form that was refused."""
    page = queries.held(db, actor, identifier(contact_id))
    if not may(actor, Permission.EDIT_REGISTRY):
        raise NotAllowed
    return render(
        request,
        "privacy/contact.html",
        actor=actor,
        section="network",
        page=page,
        contact=page.contact,
        regions_by_id={each.id: each for each in my_regions(request)},
        bases={code: _(word) for code, word in BASES.items()},
        texts=[(one.id, _("version %(version)s", version=one.version)) for one in consents.versions(db, actor)],
        kinds=[(purpose, word, _(NAMES[purpose][0])) for word, purpose in IN_ADDRESS.items()],
        stops=purposes.stopped(db, page.contact.id),
        elsewhere=_elsewhere(db, actor, contact_id),
        today=clock.today(),
        tried=tried,
        tried_at=tried_at,
    )


def _erasure_page(
    request: Request,
    db: Session,
    actor: Actor,
    contact_id: str,
    *,
    tried: Tried = UNTRIED,
    chosen: Sequence[str] | None = None,
) -> Response:
    """Where a name is sure it is taken out, unless somebody chose otherwise."""
    plan = erasing.planned(db, actor, identifier(contact_id))
    return render(
        request,
        "privacy/erase.html",
        actor=actor,
        section="network",
        contact_id=contact_id,
        plan=plan,
        name=plan.person.name,
        fates=FATES,
        titles=TEXTS,
        chosen=[find.code for find in plan.finds if find.is_sure] if chosen is None else chosen,
        others=sum(len(rows) for rows in plan.recorded.values()),
        tried=tried,
    )


def _given(request: Request, actor: Actor, found: Dossier, form: str, back: tuple[str, str]) -> Response:
    """The data as a page to print, or as a file."""
    name = f"inzage-{slug_of(found.name)}-{clock.today().isoformat()}"
    if form == "json":
        return attachment(File(f"{name}.json", "application/json", found.as_json()))
    if form == "pdf":
        made = pdf(found.as_document(), ())
        return attachment(File(f"{name}.pdf", "application/pdf", made))
    if form != "pagina":
        raise Refused(_("Choose one of the options."))
    return render(
        request,
        "privacy/dossier.html",
        actor=actor,
        section="network",
        found=found,
        explanation=disclosing.explanation(),
        back=back,
        headers={"Cache-Control": "no-store"},
    )


def _elsewhere(db: Session, actor: Actor, contact_id: str) -> list[str]:
    mine = permitted_regions(actor, Permission.EDIT_REGISTRY)
    return erasing.elsewhere(db, actor, identifier(contact_id), mine)
