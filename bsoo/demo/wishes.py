"""Some readers of the demo stopped one kind of mail by themselves, and one of them wants it again."""

from sqlmodel import Session, col, select

from bsoo.mail.purposes import Purpose
from bsoo.meetings import choices
from bsoo.meetings.models import Answer, Invitation
from bsoo.registry import consents
from bsoo.registry.queries import contact_as_actor

STOPPED = (Purpose.REMINDERS, Purpose.MINUTES, Purpose.CONFIRMATIONS)
AGAIN = Purpose.CONFIRMATIONS


def stop_some(db: Session) -> None:
    """Three who come to the next meeting: of that they go on hearing. Who wants it again agrees to it."""
    query = select(Invitation.contact_id).where(Invitation.answer == Answer.ON_SITE)
    for contact_id, purpose in zip(db.exec(query.order_by(col(Invitation.invited_at).desc())), STOPPED, strict=False):
        actor = contact_as_actor(db, contact_id)
        if actor is not None:
            choices.stop(db, actor, purpose)
            if purpose is AGAIN:
                choices.resume(db, actor, purpose, agreed=consents.current(db, actor).version)
