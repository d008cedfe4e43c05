"""Two contacts, or two organisations, become one; for ninety days that can be taken back."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import Session, col
from sqlmodel import select as ask

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.errors import Conflict, NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.logbook import entry
from bsoo.registry import organisation_queries, queries, tree
from bsoo.registry.doubles import merge_queries, parting
from bsoo.registry.doubles.both import in_order, region_of, require_everywhere
from bsoo.registry.doubles.merge_fields import CONTACT_FIELDS, ORGANISATION_FIELDS, Side, settled
from bsoo.registry.doubles.merge_rules import affiliation, is_one_seat
from bsoo.registry.doubles.merges import Alternative, ContactApart, Merging, OrganisationApart
from bsoo.registry.doubles.uniting import Rules, Step, Uniting
from bsoo.registry.finding import searching
from bsoo.registry.models import Contact, Organisation
from bsoo.registry.snapshots import plain, table_of
from bsoo.registry.values import folded

UNDO_WITHIN = timedelta(days=90)


def merge_contacts(
    db: Session,
    actor: Actor,
    pair: tuple[UUID, UUID],
    *,
    rules: Rules,
    chosen: Mapping[str, Side],
    address_id: UUID | None = None,
    revisions: tuple[int, int] | None = None,
) -> Merging:
    """Make two contacts one: the older record stays, with what was chosen of each; the rest is kept beside it."""
    older, newer = (queries.contact(db, actor, one) for one in in_order(pair))
    require_everywhere(db, actor, Contact, (older.id, newer.id))
    _refuse_changed((older.revision, newer.revision), revisions)
    uniting = _begin(db, rules, newer)
    values, rest = settled(CONTACT_FIELDS, older, newer, chosen)
    values |= _since(older, newer)
    used = address_id or merge_queries.proposed_address(db, actor, older, newer)
    _unite_seats(db, uniting, "contact_id", "organisation_id", older.id, newer.id)
    _forget_apart(db, uniting, ContactApart, older.id, newer.id)
    uniting.unite("contact", older.id, newer.id, values)
    _use_address(db, uniting, older.id, used)
    _keep_beside(db, uniting, "contact_id", older.id, rest)
    _search_again(db, uniting, [older.id])
    return _merged(db, actor, "contact", older.id, newer.id, newer.display_name, uniting.steps)


def merge_organisations(
    db: Session,
    actor: Actor,
    pair: tuple[UUID, UUID],
    *,
    rules: Rules,
    chosen: Mapping[str, Side],
    revisions: tuple[int, int] | None = None,
) -> Merging:
    """Make two organisations one; the name that was not chosen goes on as another name, so lists find it."""
    older, newer = (organisation_queries.organisation(db, actor, one) for one in in_order(pair))
    require_everywhere(db, actor, Organisation, (older.id, newer.id))
    _refuse_changed((older.revision, newer.revision), revisions)
    uniting = _begin(db, rules, newer)
    values, rest = settled(ORGANISATION_FIELDS, older, newer, chosen)
    values |= _since(older, newer)
    names = [older.name, newer.name, *older.aliases, *newer.aliases]
    values["aliases"] = [name for name in dict.fromkeys(names) if name != values["name"]]
    values["themes"] = list(dict.fromkeys([*older.themes, *newer.themes]))
    values["parent_id"] = tree.parent_after_merge(db, actor, older, newer)
    _unite_seats(db, uniting, "organisation_id", "contact_id", older.id, newer.id)
    _forget_apart(db, uniting, OrganisationApart, older.id, newer.id)
    uniting.unite("organisation", older.id, newer.id, values)
    _keep_beside(db, uniting, "organisation_id", older.id, [one for one in rest if one[0] != "name"])
    _search_again(db, uniting, searching.people_of_family(db, older.id))
    return _merged(db, actor, "organisation", older.id, newer.id, newer.name, uniting.steps)


def can_undo(merging: Merging) -> bool:
    return merging.undone_at is None and bool(merging.steps) and merging.merged_at > clock.now() - UNDO_WITHIN


def undo(db: Session, actor: Actor, merging: Merging) -> None:
    """Take a merge back: both records and all that belongs to them as they were; what came since stays where it is."""
    kind = Contact if merging.contact_id else Organisation
    stays = merging.contact_id or merging.organisation_id
    if stays is None:
        raise NotFound
    require_everywhere(db, actor, kind, [stays])
    if not can_undo(merging):
        raise Refused(_("This merge can no longer be undone: that goes for ninety days, and once."))
    _refuse_what_stands_on(db, merging)
    db.flush()
    steps: list[Step] = merging.steps  # type: ignore[assignment] # JSON as it was written
    merging.undone_at, merging.steps = clock.now(), []
    db.add(merging)
    db.flush()
    parting.take_back(db.connection(), steps)
    db.expire_all()
    _search_where_changed(db, steps)
    name = kind.__name__.lower()
    for one in (stays, merging.lost_id):
        db.add(entry(actor, f"{name}.parted", name, one, region_of(db, actor, kind, one)))
    db.flush()


# --- what stands in the way -------------------------------------------------------------------------------------------


def _refuse_changed(now: tuple[int, int], seen: tuple[int, int] | None) -> None:
    if seen is not None and seen != now:
        raise Conflict(_("Somebody else changed this in between. Look at the page again, then make your change."))


def _refuse_what_stands_on(db: Session, merging: Merging) -> None:
    """A later merge that touches the same rows, or a row that was changed since."""
    steps: list[Step] = merging.steps  # type: ignore[assignment] # JSON as it was written
    mine = parting.rows_of(steps)
    later = ask(Merging).where(Merging.id > merging.id, col(Merging.undone_at).is_(None)).order_by(col(Merging.id))
    for one in db.exec(later):
        if mine & parting.rows_of(one.steps):  # type: ignore[arg-type] # as above
            raise Refused(
                _("First undo the later merge with %(name)s: it stands on this one.", name=one.lost_name or "–")
            )
    if changed := parting.in_the_way(db.connection(), steps):
        what = merge_queries.in_words(table for table, _row in sorted(changed))
        raise Refused(
            _("This merge can no longer be undone, because something was changed since: %(what)s.", what=what)
        )


# --- parts of a merge -------------------------------------------------------------------------------------------------


def _begin(db: Session, rules: Rules, lost: Contact | Organisation) -> Uniting:
    """From here on rows are changed, not objects; the one that goes is let go of."""
    db.flush()
    db.expunge(lost)
    return Uniting(db.connection(), rules)


def _since(older: Contact | Organisation, newer: Contact | Organisation) -> dict[str, object]:
    return {
        "archived_at": older.archived_at and newer.archived_at,
        "created_at": min(older.created_at, newer.created_at),
        "updated_at": clock.now(),
        "revision": max(older.revision, newer.revision) + 1,
    }


def _unite_seats(db: Session, uniting: Uniting, own: str, other: str, kept: UUID, lost: UUID) -> None:
    """Affiliations that say the same of one contact at one organisation become one; others stand beside each other."""
    table = table_of("affiliation")
    asked = select(table).where(table.c[own].in_((kept, lost))).order_by(table.c.id)
    rows = [{str(name): value for name, value in row.items()} for row in db.connection().execute(asked).mappings()]
    free = [row for row in rows if row[own] == kept]
    for row in rows:
        same = next(
            (one for one in free if row[own] == lost and one[other] == row[other] and is_one_seat(one, row)), None
        )
        if same is not None:
            free.remove(same)
            uniting.unite("affiliation", same["id"], row["id"], affiliation(same, row))


def _forget_apart(
    db: Session, uniting: Uniting, kind: type[ContactApart | OrganisationApart], kept: UUID, lost: UUID
) -> None:
    """Whoever merges says that the two are one."""
    table = table_of(str(kind.__tablename__))
    own = table.c.contact_id if kind is ContactApart else table.c.organisation_id
    pair = (kept, lost)
    for row_id in db.connection().scalars(select(table.c.id).where(own.in_(pair), table.c.other_id.in_(pair))).all():
        uniting.remove(table, row_id)


def _use_address(db: Session, uniting: Uniting, contact_id: UUID, used: UUID | None) -> None:
    """One address is written to; the others stay known."""
    table = table_of("contact_address")
    ids = list(db.connection().scalars(select(table.c.id).where(table.c.contact_id == contact_id)))
    if used is not None and used not in ids:
        raise Refused(_("Choose one of the options."), "email")
    for one in ids:
        uniting.set(table, one, {"is_used": one == used})


def _keep_beside(db: Session, uniting: Uniting, owner: str, owner_id: UUID, rest: Sequence[tuple[str, str]]) -> None:
    """What was not chosen stays known, each text once."""
    table = table_of("alternative")
    asked = select(table.c.field, table.c.value).where(table.c[owner] == owner_id)
    known = {(field, folded(value)) for field, value in db.connection().execute(asked)}
    for field, value in rest:
        if (field, folded(value)) not in known:
            row = Alternative(field=field, value=value)
            uniting.make(table, {**row.model_dump(), owner: owner_id})


def _search_again(db: Session, uniting: Uniting, contact_ids: Sequence[UUID]) -> None:
    """The search texts follow; they are a step like another, so that undoing gives back the very texts."""
    table = table_of("contact")
    texts = [table.c[name] for name in searching.COLUMNS]
    asked = select(table.c.id, *texts).where(table.c.id.in_(contact_ids))
    before = {one: told for one, *told in db.connection().execute(asked)}
    searching.refresh(db, contact_ids)
    for one, *after in db.connection().execute(asked).all():
        if after != before[one]:
            was, becomes = (dict(zip(searching.COLUMNS, told, strict=True)) for told in (before[one], after))
            uniting.steps.append(Step(did="set", table="contact", id=str(one), before=was, after=becomes))


def _search_where_changed(db: Session, steps: Sequence[Step]) -> None:
    """What was edited since the merge keeps what it says: its search text is made again, and its revision rises."""
    table = table_of("contact")
    mine = [step for step in steps if step["did"] == "set" and step["table"] == "contact"]
    asked = select(table).where(table.c.id.in_([UUID(step["id"]) for step in mine]))
    now = {str(row["id"]): row for row in db.connection().execute(asked).mappings()}
    stale, newer = set[UUID](), set[UUID]()
    for step in mine:
        if step["id"] in now:
            off = {name for name, was in step["before"].items() if plain(now[step["id"]][name]) != was}
            stale |= {UUID(step["id"])} if off else set()
            newer |= {UUID(step["id"])} if "revision" in off else set()
    if stale:
        searching.refresh(db, list(stale))
        db.connection().execute(update(table).where(table.c.id.in_(newer)).values(revision=table.c.revision + 1))
        db.expire_all()


def _merged(
    db: Session, actor: Actor, name: str, kept: UUID, lost: UUID, lost_name: str, steps: Sequence[Step]
) -> Merging:
    """Remember how, and note it at both."""
    merging = Merging(
        contact_id=kept if name == "contact" else None,
        organisation_id=kept if name == "organisation" else None,
        lost_id=lost,
        lost_name=lost_name[:240],
        steps=[dict(step) for step in steps],
        merged_by=actor.name[:120],
    )
    db.add(merging)
    kind = Contact if name == "contact" else Organisation
    region_id = region_of(db, actor, kind, kept)
    db.add(entry(actor, f"{name}.merged", name, kept, region_id, merge=str(merging.id)))
    db.add(entry(actor, f"{name}.merged-away", name, lost, region_id))
    db.flush()
    db.expire_all()
    return merging
