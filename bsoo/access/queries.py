"""Who somebody is: staff by their browser's cookie, contacts by their link's token."""

from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from bsoo import clock
from bsoo.access.actor import Actor, ActorKind
from bsoo.access.models import Browser, Grant, Role, SignInLink, User
from bsoo.access.policy import Permission, permitted_regions, require
from bsoo.db import prepared
from bsoo.errors import NotFound
from bsoo.links import hash_of
from bsoo.regions import Region


def signed_in(db: Session, token: str) -> tuple[Actor, Browser, list[Region]] | None:
    """Who is behind a session cookie, with their regions in the fixed order; None when it is unknown or over.

    One statement, because every page of staff begins with it: a grant without a region joins all of them.
    """
    rows = db.execute(_signed_in(), {"token_hash": hash_of(token), "now": clock.now()}).all()
    if not rows:
        return None
    user, browser = rows[0][0], rows[0][1]
    grants: dict[UUID, tuple[Role, UUID | None]] = {}
    regions: dict[UUID, Region] = {}
    given: Grant | None
    region: Region | None
    for _user, _browser, given, region in rows:
        if given is not None:
            grants[given.id] = (given.role, given.region_id)
        if region is not None:
            regions[region.id] = region
    actor = as_actor(user, tuple(grants.values()))
    mine = permitted_regions(actor, Permission.VIEW_REGISTRY)
    return actor, browser, [each for each in regions.values() if mine is None or each.id in mine]


@prepared
def _signed_in() -> Select[User, Browser, Grant, Region]:
    return (
        select(User, Browser, Grant, Region)
        .join(Browser, col(Browser.user_id) == User.id)
        .outerjoin(Grant, col(Grant.user_id) == User.id)
        .outerjoin(Region, or_(col(Grant.region_id).is_(None), col(Region.id) == Grant.region_id))
        .where(
            col(Browser.token_hash) == bindparam("token_hash"),
            col(Browser.expires_at) > bindparam("now"),
            User.is_active,
        )
        .order_by(col(Region.position), col(Region.name))
    )


def as_actor(user: User, grants: tuple[tuple[Role, UUID | None], ...]) -> Actor:
    return Actor(
        ActorKind.STAFF,
        id=user.id,
        name=user.name,
        language=user.language,
        grants=grants,
        email=user.email,
        single_keys=user.single_keys,
    )


def grants_of(db: Session, user_id: UUID) -> tuple[tuple[Role, UUID | None], ...]:
    """The roles of one user; the sign-in and the tests need it before there is an actor."""
    return tuple((given.role, given.region_id) for given in db.exec(select(Grant).where(Grant.user_id == user_id)))


def open_sign_in_link(db: Session, token: str) -> SignInLink | None:
    """The unused, unexpired one-time link behind a token."""
    link = db.exec(select(SignInLink).where(SignInLink.token_hash == hash_of(token))).first()
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        return None
    return link


def staff(db: Session, actor: Actor) -> list[tuple[User, list[tuple[Role, UUID | None]]]]:
    """Everybody who can sign in, with their roles, by name."""
    require(actor, Permission.ADMINISTER)
    rows = db.exec(
        select(User, Grant).outerjoin(Grant, col(Grant.user_id) == User.id).order_by(User.name, User.email)
    ).all()
    people: dict[UUID, tuple[User, list[tuple[Role, UUID | None]]]] = {}
    given: Grant | None
    for user, given in rows:
        roles = people.setdefault(user.id, (user, []))[1]
        if given is not None:
            roles.append((given.role, given.region_id))
    return list(people.values())


def user(db: Session, actor: Actor, user_id: UUID) -> User:
    """One member of staff: oneself, or anybody for an administrator."""
    if actor.id != user_id:
        require(actor, Permission.ADMINISTER)
    found = db.get(User, user_id)
    if found is None:
        raise NotFound
    return found


def browsers(db: Session, actor: Actor) -> list[Browser]:
    """The actor's own signed-in browsers, newest first."""
    return list(
        db.exec(
            select(Browser)
            .where(Browser.user_id == actor.id, Browser.expires_at > clock.now())
            .order_by(col(Browser.created_at).desc())
        )
    )


def coordinators(db: Session, actor: Actor) -> list[tuple[UUID, User]]:
    """Each region with each of its coordinators; a coordinator of all regions stands with every one."""
    rows = db.exec(
        select(Region.id, User)
        .join(Grant, or_(col(Grant.region_id) == Region.id, col(Grant.region_id).is_(None)))
        .join(User, col(User.id) == Grant.user_id)
        .where(Grant.role == Role.COORDINATOR, col(User.is_active))
    )
    return list(rows)
