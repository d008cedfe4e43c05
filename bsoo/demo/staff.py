"""The demo's members of staff, and what each region says of itself."""

from datetime import time

from sqlmodel import Session

from bsoo.access.actions import grant
from bsoo.access.actor import SYSTEM, Actor
from bsoo.access.models import Role
from bsoo.access.queries import as_actor, grants_of
from bsoo.regions import Region, all_regions

STAFF = (
    ("Noor Haddad", Role.ADMINISTRATOR, ""),
    ("Sanne de Wit", Role.COORDINATOR, "amsterdam"),
    ("Ravi Jhagroe", Role.COORDINATOR, "almere"),
    ("Esra Aksoy", Role.ADVOCACY, ""),
    ("Tom Dekker", Role.READER, ""),
)
"""Name, role and region; no region means all."""


def hire(db: Session) -> dict[str, Actor]:
    """Make the accounts; gives the coordinator of each region, the administrator under the empty name."""
    regions = {region.slug: region for region in all_regions(db)}
    _settle(regions)
    found: dict[str, Actor] = {}
    for name, role, slug in STAFF:
        email = f"{name.lower().replace(' ', '.')}@bsoo.example.org"
        user = grant(db, SYSTEM, email=email, role=role, region=regions.get(slug), name=name)
        found.setdefault(slug, as_actor(user, grants_of(db, user.id)))
    return found


def _settle(regions: dict[str, Region]) -> None:
    """Each region has its own mailbox and rule."""
    for slug, region in regions.items():
        region.mail_address = f"{slug}@bsoo.example.org"
    almere, rotterdam, groningen = regions["almere"], regions["rotterdam"], regions["groningen"]
    almere.rule_weekday, almere.rule_nth, almere.rule_start, almere.rule_end = 1, 3, time(10), time(12, 30)
    rotterdam.rule_weekday, rotterdam.rule_nth, rotterdam.rule_month = 2, 1, 3
    groningen.rule_weekday, groningen.rule_nth, groningen.rule_month = 0, 3, 2
