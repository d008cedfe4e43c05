"""Postvak in: what came back to our letters, sorted, and what can be done about it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.mail import inbox, incoming_words
from bsoo.mail.inbox import Wanted
from bsoo.mail.incoming_words import KINDS_IN_ADDRESS
from bsoo.mail.models import Incoming, Outcome
from bsoo.meetings import calendar_answers, receiving, written_answers
from bsoo.meetings.models import Answer, Meeting
from bsoo.regions import Region
from bsoo.registry import reachability
from bsoo.registry.models import Contact
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    clean,
    done,
    identifier,
    optional_identifier,
    page_number,
    path_to,
    render,
)
from bsoo.routes.looked_at import looked_at, mail_regions
from bsoo.routes.span import Span

router = APIRouter()


@router.get("/postvak-in")
def incoming(
    request: Request,
    db: ReadDB,
    actor: Staff,
    soort: str = "",
    overleg: str = "",
    contact: str = "",
    q: str = "",
    bladzijde: str = "1",
) -> Response:
    query = {"soort": soort, "overleg": overleg, "contact": contact, "q": q}
    regions, wanted = looked_at(request, actor), _wanted(query, bladzijde)
    by_kind, waiting = inbox.counts(db, regions, wanted)
    everything = sum(by_kind.values())
    total = by_kind[wanted.kind] if wanted.kind else waiting if wanted.is_open else everything
    chips = [("", _("All"), everything), ("open", _("To do"), waiting)]
    chips += [(key, _(word), by_kind[kind]) for key, (kind, word) in KINDS_IN_ADDRESS.items()]
    return render(
        request,
        "incoming/list.html",
        actor=actor,
        query=query,
        chips=chips,
        mails=inbox.lines(db, regions, wanted),
        span=Span(total, wanted.page),
        words=incoming_words,
    )


@router.get("/postvak-in/{mail_id}")
def incoming_mail(request: Request, db: ReadDB, actor: Staff, mail_id: str) -> Response:
    return _page(request, db, actor, _mail(db, actor, mail_id))


@router.post("/postvak-in/{mail_id}/afgehandeld")
def incoming_handled(request: Request, db: WriteDB, actor: Staff, mail_id: str) -> Response:
    mail = _changeable(db, actor, mail_id)
    inbox.handle(db, mail, actor.id)
    note(db, actor, "incoming.handled", mail, mail.region_id)
    undo = path_to(request, "incoming_reopened", mail_id=mail.id)
    return done(request, path_to(request, "incoming", soort="open"), toast=_("Handled"), undo=undo)


@router.post("/postvak-in/{mail_id}/open")
def incoming_reopened(request: Request, db: WriteDB, actor: Staff, mail_id: str) -> Response:
    mail = _changeable(db, actor, mail_id)
    inbox.reopen(db, mail)
    note(db, actor, "incoming.reopened", mail, mail.region_id)
    return done(request, path_to(request, "incoming_mail", mail_id=mail.id), toast=_("Put back"))


@router.post("/postvak-in/{mail_id}/wel-aangekomen")
def incoming_not_a_bounce(request: Request, db: WriteDB, actor: Staff, mail_id: str) -> Response:
    mail = _changeable(db, actor, mail_id)
    receiving.not_a_bounce(db, actor, mail)
    said = _("Taken back. The letter counts as sent, and we write to this address again.")
    return done(request, path_to(request, "incoming_mail", mail_id=mail.id), toast=said)


@router.post("/postvak-in/{mail_id}/vrijgeven")
def incoming_released(request: Request, db: WriteDB, actor: Staff, mail_id: str, typed: TypedForm) -> Response:
    mail = _changeable(db, actor, mail_id)
    address = receiving.closed_address(db, actor, mail)
    with Tried(typed) as tried, attempt(db):
        reachability.release(db, actor, address, mail.region_id, proof=typed.get("bewijs", ""))
        inbox.handle(db, mail, actor.id)
    if tried.refusal:
        return _page(request, db, actor, mail, tried=tried)
    return done(request, path_to(request, "incoming_mail", mail_id=mail.id), toast=_("We write to this address again."))


@router.post("/postvak-in/{mail_id}/vervanger")
def incoming_stands_in(request: Request, db: WriteDB, actor: Staff, mail_id: str) -> Response:
    mail = _changeable(db, actor, mail_id)
    with Tried() as tried, attempt(db):
        calendar_answers.let_stand_in(db, actor, mail)
    if tried.refusal:
        return _page(request, db, actor, mail, tried=tried)
    said = _("Noted as stand-in. An own invitation goes out.")
    return done(request, path_to(request, "incoming_mail", mail_id=mail.id), toast=said)


@router.post("/postvak-in/{mail_id}/telt")
def incoming_counts(request: Request, db: WriteDB, actor: Staff, mail_id: str) -> Response:
    mail = _changeable(db, actor, mail_id)
    with Tried() as tried, attempt(db):
        calendar_answers.let_count(db, actor, mail)
    if tried.refusal:
        return _page(request, db, actor, mail, tried=tried)
    said = _("Noted with the invitation.")
    return done(request, path_to(request, "incoming_mail", mail_id=mail.id), toast=said)


@router.post("/postvak-in/{mail_id}/antwoord")
def incoming_answer_noted(request: Request, db: WriteDB, actor: Staff, mail_id: str, typed: TypedForm) -> Response:
    """Note what somebody wrote back as their answer."""
    mail = _changeable(db, actor, mail_id)
    with Tried() as tried, attempt(db):
        written_answers.note_written(db, actor, mail, _answer(typed.get("antwoord", "")))
    if tried.refusal:
        return _page(request, db, actor, mail, tried=tried)
    said = _("Noted with the invitation.")
    return done(request, path_to(request, "incoming_mail", mail_id=mail.id), toast=said)


def _answer(text: str) -> Answer:
    try:
        return Answer(text)
    except ValueError:
        raise Refused(_("Choose one of the answers.")) from None


def _page(request: Request, db: Session, actor: Actor, mail: Incoming, *, tried: Tried = UNTRIED) -> Response:
    address = receiving.closed_address(db, actor, mail)
    meeting = db.get(Meeting, mail.meeting_id) if mail.meeting_id else None
    return render(
        request,
        "incoming/mail.html",
        actor=actor,
        tried=tried,
        mail=mail,
        contact=db.get(Contact, mail.contact_id) if mail.contact_id else None,
        meeting=meeting,
        region=db.get(Region, mail.region_id) if mail.region_id else None,
        address=address,
        written=written_answers.written(db, actor, mail),
        answerer=calendar_answers.answerer(db, actor, mail),
        invited=calendar_answers.invited_behind(db, actor, mail) if mail.outcome is Outcome.SOMEBODY_ELSE else "",
        is_closed=reachability.is_closed(db, actor, address),
        words=incoming_words,
    )


def _mail(db: Session, actor: Actor, mail_id: str) -> Incoming:
    return inbox.mail(db, mail_regions(actor), identifier(mail_id))


def _changeable(db: Session, actor: Actor, mail_id: str) -> Incoming:
    mail = _mail(db, actor, mail_id)
    require(actor, Permission.MANAGE_MAIL, mail.region_id)
    return mail


def _wanted(query: Mapping[str, str], page: str) -> Wanted:
    kind, _word = KINDS_IN_ADDRESS.get(query["soort"], (None, ""))
    return Wanted(
        kind=kind,
        is_open=query["soort"] == "open",
        meeting_id=optional_identifier(query["overleg"]),
        contact_id=optional_identifier(query["contact"]),
        text=clean(query["q"])[:100],
        page=page_number(page),
    )
