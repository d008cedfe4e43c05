"""Staff take contacts out: as a file or on paper, never without a line in the logbook."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.exports import contact_rows, vcards
from bsoo.exports.files import File, csv_content, xlsx_content
from bsoo.exports.people import Person, people
from bsoo.i18n import gettext as _
from bsoo.logbook import note
from bsoo.regions import Region
from bsoo.registry.finding.wanted import Wanted


class Form(StrEnum):
    """How a list leaves."""

    CSV = "csv"
    XLSX = "xlsx"
    VCARD = "vcf"
    PRINT = "print"


def take_out(db: Session, actor: Actor, wanted: Wanted, form: Form) -> list[Person]:
    """The people whom the filters leave; the logbook says how many left each region, as what, and to whom."""
    require(actor, Permission.EXPORT_CONTACTS, wanted.region_id)
    taken = people(db, actor, wanted)
    numbers = Counter(region for person in taken for region in person.regions)
    regions = select(Region).where(col(Region.name).in_(numbers)).order_by(col(Region.position))
    for region in db.exec(regions):
        # Never what was searched for: that may be somebody's name.
        note(db, actor, "contacts.exported", region, region.id, form=form.value, contacts=numbers[region.name])
    db.flush()
    return taken


def as_file(people: Sequence[Person], form: Form, place: str) -> File:
    """The people as a file that is called after the place and the day."""
    name = f"contacten-{place}-{clock.today().isoformat()}" if place else f"contacten-{clock.today().isoformat()}"
    if form is Form.VCARD:
        return File(f"{name}.vcf", "text/vcard; charset=utf-8", vcards.cards(people).encode())
    table = contact_rows.table(people)
    if form is Form.XLSX:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return File(f"{name}.xlsx", kind, xlsx_content(_("Contacts"), table))
    return File(f"{name}.csv", "text/csv; charset=utf-8", csv_content(table))
