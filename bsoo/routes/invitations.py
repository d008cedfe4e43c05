"""Inviting to a meeting, noting an answer for somebody, and taking an invitation back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import outbox
from bsoo.mail.rendering import Rendered, preview
from bsoo.mail.wording.versions import edited_fact
from bsoo.meetings import answering, audience, invitees, inviting, queries, words
from bsoo.meetings.answering import Colleague
from bsoo.meetings.audience import Audience, Person
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer
from bsoo.meetings.queries import Card
from bsoo.registry.finding.saved_lists import Listed
from bsoo.routes import reminding, when, whom
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    Typed,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    path_to,
    render,
    settings,
)
from bsoo.routes.meetings import meeting_url
from bsoo.routes.whom import Choice
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import known

router = APIRouter()
router.include_router(reminding.router)

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups; frame-ancestors 'self'; base-uri 'none'"
)
"""A letter has inline styles, as mail must; it runs nothing, and only our own pages may frame it."""


class AnswerForm(BaseModel):
    """An answer that staff note for somebody who called."""

    antwoord: Answer
    naam: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    toelichting: Annotated[str, Field(max_length=500)] = ""


@router.get("/overleggen/{region}/{quarter}/uitnodigen")
def meeting_invite(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, contact: str = ""
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    query = request.query_params
    asked = Typed({name: query.getlist(name) for name in ("sector", "lijst", "gast") if name in query})
    lists, choice = whom.lists(db, actor, card.meeting), Choice()
    with Tried(asked):  # what was a list once leads to the page, where everything can be chosen anew
        choice = whom.chosen(db, actor, card.meeting, asked, lists)
    return _invite_page(request, db, actor, card, lists, choice, contact=contact)


@router.get("/overleggen/{region}/{quarter}/uitnodigen/brief")
def invitation_letter(
    request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, contact: str = ""
) -> Response:
    """The letter itself, for the frame in the preview."""
    card = queries.meeting_at(db, actor, region, quarter)
    person = _person(audience.audience(db, actor, card.meeting), contact)
    if person is None:
        raise NotFound
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(_letter(request, db, actor, card, person).html, headers=headers)


@router.post("/overleggen/{region}/{quarter}/uitnodigen")
def meeting_invited(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, typed: TypedForm
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    lists, choice = whom.lists(db, actor, card.meeting), Choice()
    with Tried(typed) as tried, attempt(db):
        choice = whom.chosen(db, actor, card.meeting, typed, lists)
        begins_at = when.chosen(request, typed)
        mailing = inviting.invite(db, actor, card.region, card.meeting, whom=choice.whom, begins_at=begins_at)
    if tried.refusal:
        return _invite_page(request, db, actor, card, lists, choice, tried=tried)
    url = path_to(request, "meeting_progress", region=region, quarter=quarter)
    if mailing is None:
        return done(request, url, toast=_("Everybody was invited already. Nobody is written twice."))
    people = ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", mailing.total)
    return done(request, url, toast=when.told(mailing) or people)


@router.get("/overleggen/{region}/{quarter}/genodigden/{invitation_id}")
def invitee(request: Request, db: ReadDB, actor: Staff, region: str, quarter: str, invitation_id: str) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    return _invitee_page(request, db, actor, card, invitation_id)


@router.post("/overleggen/{region}/{quarter}/genodigden/{invitation_id}")
def invitee_answered(
    request: Request,
    db: WriteDB,
    actor: Staff,
    region: str,
    quarter: str,
    invitation_id: str,
    typed: TypedForm,
    terug: str = "",
) -> Response:
    """Note an answer for somebody; with `terug` in the address the answer before it is put back."""
    card = queries.meeting_at(db, actor, region, quarter)
    invitation = invitees.invitation(db, actor, card.meeting, identifier(invitation_id))
    if terug:
        answering.put_back(db, actor, invitation)
        return done(request, meeting_url(request, card), toast=_("Put back."))
    require(actor, Permission.INVITE, card.region.id)
    with Tried(typed) as tried, attempt(db):
        form = typed.check(AnswerForm)
        answering.answer(
            db,
            actor,
            invitation,
            answer=form.antwoord,
            colleague=Colleague(form.naam, form.email),
            remark=form.toelichting,
        )
    if tried.refusal:
        return _invitee_page(request, db, actor, card, invitation_id, tried=tried)
    told = _("Noted: %(answer)s.", answer=_(words.ANSWERS[form.antwoord]))
    undo = path_to(request, "invitee_answered", region=region, quarter=quarter, invitation_id=invitation_id, terug="ja")
    return done(request, meeting_url(request, card, toon=typed.get("toon", "")), toast=told, undo=undo)


@router.post("/overleggen/{region}/{quarter}/genodigden/{invitation_id}/weg")
def invitee_withdrawn(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, invitation_id: str, typed: TypedForm
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    invitation = invitees.invitation(db, actor, card.meeting, identifier(invitation_id))
    inviting.uninvite(db, actor, card.region, card.meeting, invitation, reason=typed.get("reden", "").strip()[:500])
    return done(request, meeting_url(request, card), toast=_("The invitation was taken back."))


@router.post("/overleggen/{region}/{quarter}/genodigden/{invitation_id}/weer")
def invitee_asked_again(
    request: Request, db: WriteDB, actor: Staff, region: str, quarter: str, invitation_id: str
) -> Response:
    card = queries.meeting_at(db, actor, region, quarter)
    invitation = invitees.invitation(db, actor, card.meeting, identifier(invitation_id))
    with Tried() as tried, attempt(db):
        inviting.invite_again(db, actor, card.region, card.meeting, invitation)
    if tried.refusal:
        return _invitee_page(request, db, actor, card, invitation_id, tried=tried)
    url = path_to(request, "invitee", region=region, quarter=quarter, invitation_id=invitation_id)
    return done(request, url, toast=_("Invited again."))


def _invite_page(
    request: Request,
    db: Session,
    actor: Actor,
    card: Card,
    lists: Sequence[Listed],
    choice: Choice,
    *,
    contact: str = "",
    tried: Tried = UNTRIED,
) -> Response:
    found = audience.audience(db, actor, card.meeting)
    going = found.choose(choice.whom)
    person = _person(found, contact) or (going.people[0] if going.people else None)
    listed, numbers = known(db), found.sectors
    return render(
        request,
        "meetings/invite.html",
        actor=actor,
        section="meetings",
        card=card,
        audience=found,
        going=going,
        choice=choice,
        lists=[(str(one.kept.id), one.kept.name) for one in lists],
        kinds=[
            (one, listed.name(Vocabulary.SECTOR, one), numbers[one])
            for one in listed.ordered(Vocabulary.SECTOR, numbers)
        ],
        person=person,
        opened=bool(contact),
        letter=_letter(request, db, actor, card, person) if person is not None else None,
        hindrance=inviting.hindrance_of(card.region, card.meeting),
        tried=tried,
        words=words,
    )


def _invitee_page(
    request: Request,
    db: Session,
    actor: Actor,
    card: Card,
    invitation_id: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    require(actor, Permission.VIEW_MEETINGS, card.region.id)
    line = invitees.invitee(db, actor, card.meeting, identifier(invitation_id))
    invitation = invitees.invitation(db, actor, card.meeting, line.invitation_id)
    return render(
        request,
        "meetings/invitee.html",
        actor=actor,
        section="meetings",
        card=card,
        line=line,
        taken_back_at=invitation.uninvited_at,
        answers=invitees.answers_of(db, actor, card.meeting, line.invitation_id),
        tried=tried,
        words=words,
    )


def _letter(request: Request, db: Session, actor: Actor, card: Card, person: Person) -> Rendered:
    """The invitation as this person would get it."""
    facts = Post(db, actor, card.region, card.meeting).example(person.called, person.organisation, person.language)
    facts |= edited_fact(db, "invitation", card.region.id, person.language)
    to = outbox.Recipient(person.email, person.name, person.language, person.contact_id)
    return preview("invitation", to, facts, base_url=settings(request).base_url, region=card.region.name)


def _person(found: Audience, contact: str) -> Person | None:
    return next((one for one in (*found.people, *found.guests) if str(one.contact_id) == contact), None)
