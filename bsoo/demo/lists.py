"""Two ways of looking at the network that a coordinator kept: one for colleagues, one of their own."""

from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.regions import Region
from bsoo.registry import saved_lists
from bsoo.registry.models import Sector
from bsoo.registry.wanted import Wanted


def keep_some(db: Session, actor: Actor, region: Region) -> None:
    care = Wanted(region_id=region.id, group="invited", sectors=(Sector.CARE,))
    saved_lists.keep(db, actor, care, "Zorgpartners", shared=True)
    silent = Wanted(region_id=region.id, look=("silent",))
    saved_lists.keep(db, actor, silent, "Nooit geantwoord", shared=False)
