"""A meeting that somebody else organises: what we noted there, or what is on its agenda."""

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.meetings import words
from bsoo.meetings.queries import Card
from bsoo.minutes import queries as minutes_queries
from bsoo.minutes.models import BlockKind
from bsoo.publications import reach
from bsoo.routes.edge import render


def page(request: Request, db: Session, actor: Actor, card: Card, dates: list[Card]) -> Response:
    """Nobody is invited by us, so the page opens on our notes, and before there are any on the agenda."""
    stand = reach.stand_of(db, actor, card.meeting)
    lines = minutes_queries.lines(db, actor, stand.minutes) if stand.minutes is not None else []
    return render(
        request,
        "meetings/elsewhere.html",
        actor=actor,
        section="meetings",
        card=card,
        dates=dates,
        stand=stand,
        in_brief=stand.minutes.summary.splitlines() if stand.minutes is not None else [],
        outcomes=[line for line in lines if line.kind in {BlockKind.DECISION, BlockKind.ACTION}],
        lines=lines,
        agenda=[] if lines else minutes_queries.agenda(db, actor, card.meeting),
        words=words,
    )
