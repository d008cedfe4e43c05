"""The numbers that the staff frame shows on every page."""

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may
from bsoo.signals import queries as signals


def nav_counts(db: Session, actor: Actor, region_slug: str) -> dict[str, int]:
    """How much waits behind each word of the menu; one statement."""
    if not may(actor, Permission.REVIEW_SIGNALS):
        return {}
    return {"signals": signals.new_count(db, actor, region_slug)}
