"""Signing in and out, and who gets which role."""

from contextlib import suppress
from datetime import timedelta
from functools import cache
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import delete
from sqlmodel import Session, col, select

from bsoo import clock
from bsoo.access import queries
from bsoo.access.actor import Actor
from bsoo.access.models import Attempt, Browser, Grant, Role, SignInLink, User
from bsoo.access.policy import Permission, require
from bsoo.errors import NotFound, Refused
from bsoo.i18n import gettext as _
from bsoo.links import hash_of
from bsoo.logbook import note
from bsoo.mail import outbox
from bsoo.regions import Region

SESSION = timedelta(hours=12)
LINK_LIFE = timedelta(minutes=30)
SHORTEST_PASSWORD = 12


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


def sign_in(db: Session, *, email: str, password: str, description: str = "") -> tuple[Actor, str]:
    """Check a password; give the actor and the token of a new browser session.

    Unknown address, wrong password and a closed account look and last the same.
    """
    user = db.exec(select(User).where(User.email == email.strip().lower())).first()
    known = user.password_hash if user is not None and user.password_hash else _dummy_hash()
    right = _hasher().verify(password, known)
    if not right or user is None or not user.is_active or not user.password_hash:
        raise Refused(_("This e-mail address and password do not belong together. Try again or ask for a link."))
    return _open_browser(db, user, description)


def ask_link(db: Session, *, email: str) -> None:
    """Mail a one-time link to a member of staff; says nothing about who has an account.

    For an address of nobody a letter to somebody else is written and taken back, so that it takes as long.
    """
    address = email.strip().lower()
    theirs_first = col(User.email) != address
    user = db.exec(select(User).where(User.is_active).order_by(theirs_first).limit(1)).first()
    if user is None:
        return
    with suppress(NotFound), db.begin_nested():
        _mail_link(db, user)
        if user.email != address:
            raise NotFound


def _mail_link(db: Session, user: User) -> None:
    token = make_link(db, user)
    outbox.queue(
        db,
        "staff_sign_in",
        outbox.Recipient(user.email, user.name, user.language),
        key=f"staff_sign_in:{hash_of(token)[:32]}",
        context={"token": token, "name": user.name},
    )


def make_link(db: Session, user: User) -> str:
    """The token of a new one-time link."""
    token = clock.new_token()
    db.add(SignInLink(user_id=user.id, token_hash=hash_of(token), expires_at=clock.now() + LINK_LIFE))
    return token


def use_link(db: Session, *, token: str, description: str = "") -> tuple[Actor, str]:
    """Sign in by a one-time link, which is used up by it."""
    link = queries.open_sign_in_link(db, token)
    user = db.get(User, link.user_id) if link is not None else None
    if link is None or user is None or not user.is_active:
        raise Refused(_("This link was used or is too old. Ask for a new one below."))
    link.used_at = clock.now()
    return _open_browser(db, user, description)


def sign_out(db: Session, actor: Actor, *, token: str) -> None:
    """End this browser's session."""
    for browser in db.exec(select(Browser).where(Browser.token_hash == hash_of(token))):
        db.delete(browser)


def end_browser(db: Session, actor: Actor, browser_id: UUID) -> None:
    """End one of the actor's own sessions."""
    browser = db.get(Browser, browser_id)
    if browser is None or browser.user_id != actor.id:
        raise NotFound
    db.delete(browser)


def choose_region(db: Session, actor: Actor, *, token: str, slug: str) -> None:
    """Remember which region this browser looks at; empty means all that the actor may see."""
    for browser in db.exec(select(Browser).where(Browser.token_hash == hash_of(token))):
        browser.region_slug = slug


def grant(db: Session, actor: Actor, *, email: str, role: Role, region: Region | None, name: str = "") -> User:
    """Give somebody a role in a region (or in all), and make their account when there is none."""
    require(actor, Permission.ADMINISTER)
    address = _checked(email)
    user = db.exec(select(User).where(User.email == address)).first()
    if user is None:
        user = User(email=address, name=name.strip() or address.split("@")[0])
        db.add(user)
        db.flush()
        note(db, actor, "user.added", user)
    region_id = region.id if region is not None else None
    if (role, region_id) not in queries.grants_of(db, user.id):
        db.add(Grant(user_id=user.id, role=role, region_id=region_id))
        note(db, actor, "user.granted", user, region_id=region_id, role=str(role))
    user.is_active = True
    db.flush()
    return user


def revoke(db: Session, actor: Actor, user_id: UUID, *, role: Role, region_id: UUID | None) -> None:
    """Take a role away; the last administrator keeps theirs."""
    require(actor, Permission.ADMINISTER)
    found = [
        given
        for given in db.exec(select(Grant).where(Grant.user_id == user_id, Grant.role == role))
        if given.region_id == region_id
    ]
    if not found:
        raise NotFound
    if role is Role.ADMINISTRATOR and _administrators(db) - {user_id} == set():
        raise Refused(_("Somebody must stay administrator. Give another person this role first."))
    user = queries.user(db, actor, user_id)
    for given in found:
        db.delete(given)
    note(db, actor, "user.revoked", user, region_id=region_id, role=str(role))


def close_account(db: Session, actor: Actor, user_id: UUID) -> None:
    """Keep somebody out: sessions and links end at once, the name stays in the logbook."""
    require(actor, Permission.ADMINISTER)
    user = queries.user(db, actor, user_id)
    if _administrators(db) - {user_id} == set():
        raise Refused(_("Somebody must stay administrator. Give another person this role first."))
    user.is_active = False
    db.execute(delete(Browser).where(col(Browser.user_id) == user_id))
    db.execute(delete(SignInLink).where(col(SignInLink.user_id) == user_id))
    note(db, actor, "user.closed", user)


def change_account(db: Session, actor: Actor, *, name: str, language: str, single_keys: bool) -> None:
    """Change one's own name, language and shortcuts."""
    if actor.id is None:
        raise NotFound
    if not name.strip():
        raise Refused(_("Fill in your name."), field="name")
    user = queries.user(db, actor, actor.id)
    user.name, user.language, user.single_keys = name.strip(), language, single_keys
    note(db, actor, "user.changed", user)


def change_password(db: Session, actor: Actor, *, password: str) -> None:
    """Choose a password of twelve or more characters; no other rules (NIST SP 800-63B, 5.1.1.2)."""
    if actor.id is None:
        raise NotFound
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            _("Use at least %(count)s characters. A few words after each other are fine.", count=SHORTEST_PASSWORD),
            field="password",
        )
    user = queries.user(db, actor, actor.id)
    user.password_hash = _hasher().hash(password)
    note(db, actor, "user.password_changed", user)


def allow(db: Session, key: str, *, every: timedelta, burst: int) -> None:
    """Let a request of this kind and source pass, or refuse it when they come too fast.

    Generic cell rate algorithm: one row holds the theoretical arrival time, over all processes.
    """
    now = clock.now()
    row = db.get(Attempt, key[:120], with_for_update=True)
    if row is None:
        db.add(Attempt(key=key[:120], arrives_at=now + every))
        return
    arrival = max(now, row.arrives_at)
    if arrival - now > every * (burst - 1):
        raise Refused(_("This went too fast. Wait a few minutes and try again."))
    row.arrives_at = arrival + every


def open_browser(db: Session, user: User, description: str = "") -> str:
    """The token of a new session for a user who was recognised in another way (the demo, the bench)."""
    return _open_browser(db, user, description)[1]


def _open_browser(db: Session, user: User, description: str) -> tuple[Actor, str]:
    token = clock.new_token()
    db.add(
        Browser(
            user_id=user.id,
            token_hash=hash_of(token),
            description=description[:200],
            expires_at=clock.now() + SESSION,
        )
    )
    actor = queries.as_actor(user, queries.grants_of(db, user.id))
    note(db, actor, "user.signed_in", user)
    return actor, token


def _administrators(db: Session) -> set[UUID]:
    return set(
        db.exec(
            select(Grant.user_id)
            .join(User, col(User.id) == Grant.user_id)
            .where(Grant.role == Role.ADMINISTRATOR, User.is_active)
        )
    )


def _checked(email: str) -> str:
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Refused(_("This is not an e-mail address. It looks like name@organisation.nl."), field="email") from None


@cache
def _dummy_hash() -> str:
    return _hasher().hash("nobody has this password")
