"""Where a contact is in the network: details, places in a region, and the lists that brought them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, case, func, literal

from bsoo import clock
from bsoo.i18n import N_
from bsoo.privacy.places import Fate, Is, Mails, Named, Of, Place, Spans


def given_up(table: Table) -> ColumnElement[datetime]:
    """A list that still waits for a decision cannot be imported any more without its file."""
    now = literal(clock.now(), table.c.discarded_at.type)
    return case((table.c.applied_at.is_(None), func.coalesce(table.c.discarded_at, now)), else_=table.c.discarded_at)


_GROUNDS = ("basis", "basis_source", "basis_since", "agreed_text_id")

NETWORK = (
    Place(
        "contact",
        N_("Name and details"),
        (Is("id"),),
        ("title", "display_name", "phone", "language", "notes", "created_at", "updated_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "contact_address",
        N_("E-mail addresses"),
        (Is("contact_id"),),
        ("email", "is_used", "bounced_at", "bounce_reason"),
        Fate.DELETED,
        N_("Only a keyed hash stays, so that an old list does not bring the address back."),
    ),
    Place(
        "affiliation",
        N_("Positions"),
        (Is("contact_id"),),
        ("organisation_id", "role", "department", "started_on", "ended_on", "ended_because"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "membership",
        N_("Place in a region, and why we may write"),
        (Is("contact_id"),),
        ("region_id", "status", "invited", "stopped_at", "confirmed_on", *_GROUNDS),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "purpose_basis",
        N_("Why we may send one kind of mail"),
        (Of("membership_id", "membership.id"),),
        ("purpose", *_GROUNDS),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "organisation_region",
        N_("First contact of an organisation"),
        (Is("first_contact_id"),),
        ("organisation_id", "region_id"),
        Fate.NAMELESS,
        N_("That the organisation takes part stays known, without a first contact."),
        {"first_contact_id": None},
    ),
    Place(
        "mail_stop",
        N_("Mail that was stopped"),
        (Is("contact_id"),),
        ("purpose", "since"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "alternative",
        N_("Other details that were given"),
        (Is("contact_id"),),
        ("field", "value", "noted_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "many_change_row",
        N_("Changes to many at once"),
        (Is("contact_id"),),
        ("table_name", "before", "after"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "merging",
        N_("Merged records"),
        (Is("contact_id"), Is("lost_id")),
        ("lost_name", "merged_at", "merged_by", "undone_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "departure",
        N_("Departures, and who took the place"),
        (Is("contact_id"),),
        ("affiliation_id", "noted_at", "undone_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "departure",
        N_("Places taken of colleagues"),
        (Is("successor_id"),),
        ("affiliation_id", "noted_at"),
        Fate.NAMELESS,
        N_("That a colleague left stays known, without who took the place."),
        {"successor_id": None, "given": []},
    ),
    Place(
        "confirmation",
        N_("What was asked about the details"),
        (Is("contact_id"),),
        ("region_id", "asked_at", "reminded_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "proposal",
        N_("Changes of details that they proposed"),
        (Is("contact_id"),),
        ("field", "before", "after", "said_at", "decided_at", "is_accepted"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "left_notice",
        N_("Messages that they left"),
        (Is("contact_id"), Mails("successor_email")),
        ("left_on", "successor_name", "successor_email", "remark", "said_at", "decided_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "contact_apart",
        N_("Records noted as somebody else"),
        (Is("contact_id"), Is("other_id")),
        ("said_at",),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "personal_link",
        N_("Personal links"),
        (Is("contact_id"),),
        ("purpose", "created_at", "expires_at", "revoked_at"),
        Fate.DELETED,
        N_("They open nothing any more."),
        secret=("token_hash",),
    ),
    Place(
        "contact_import_change",
        N_("Changes by imported lists"),
        (Is("contact_id"),),
        ("table_name", "before", "after"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "contact_upload",
        N_("Imported lists with this person"),
        (
            Of("id", "contact_import_change.upload_id"),
            Spans("first_id", "last_id"),
            Named(("content", "file_name", "corrections", "answers", "words")),
        ),
        ("file_name", "region_id", "uploaded_at", "applied_at", "discarded_at"),
        Fate.NAMELESS,
        N_(
            "The file is deleted as a whole; that there was an import stays known."
            " A list that still waits must be uploaded again, without this person."
        ),
        {"content": None, "corrections": {}, "answers": {}, "words": {}, "discarded_at": given_up},
        secret=("content", "corrections", "answers", "words"),
    ),
    Place(
        "join_request",
        N_("Request to take part"),
        (Mails("email"),),
        ("name", "organisation", "role", "email", "message", "asked_at", "decided_at", "accepted", "agreed_text_id"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "consent_text",
        N_("Texts that this person agreed to"),
        tuple(Of("id", f"{table}.agreed_text_id") for table in ("membership", "purpose_basis", "join_request")),
        ("version", "made_at", "text_nl", "text_en"),
        Fate.KEPT,
        N_("It says nothing about this person, and others agreed to it too."),
        secret=("made_by",),
    ),
)
