"""Two ways of looking at the network that a coordinator kept: one for colleagues, one of their own."""

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry.finding import saved_lists
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.models import Sector


def keep_some(db: Session, actor: Actor, region: Region) -> None:
    care = Wanted(region_id=region.id, group="invited", sectors=(Sector.CARE,))
    saved_lists.keep(db, actor, care, "Zorgpartners", shared=True)
    silent = Wanted(region_id=region.id, look=("silent",))
    saved_lists.keep(db, actor, silent, "Nooit geantwoord", shared=False)
