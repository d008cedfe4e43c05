"""The map of personal data of members of staff, for their access. Accounts are closed, never erased."""

from bsoo.i18n import N_
from bsoo.privacy.places import Is, Mails, Of, Place

STAFF = (
    Place(
        "staff_user",
        N_("Account"),
        (Is("id"),),
        ("name", "email", "language", "is_active", "single_keys", "created_at"),
        secret=("password_hash",),
    ),
    Place("role_grant", N_("Roles"), (Is("user_id"),), ("role", "region_id")),
    Place(
        "sign_in_link",
        N_("Links to sign in"),
        (Is("user_id"),),
        ("expires_at", "used_at"),
        secret=("token_hash",),
    ),
    Place(
        "browser",
        N_("Browsers signed in"),
        (Is("user_id"),),
        ("description", "created_at", "expires_at"),
        secret=("token_hash",),
    ),
    Place("letter_text", N_("Letters edited"), (Is("made_by"),), ("name", "region_id", "subject", "text", "made_at")),
    Place("consent_text", N_("Texts of consent"), (Is("made_by"),), ("version", "text_nl", "text_en", "made_at")),
    Place("mail_check", N_("Checks of e-mail"), (Is("asked_by"),), ("asked_at",)),
    Place("blocked", N_("Addresses opened again"), (Is("released_by"),), ("purpose", "released_at", "proof")),
    Place("mailing", N_("Mailings started"), (Is("started_by"),), ("letter", "total", "started_at")),
    Place("saved_list", N_("Saved lists"), (Is("owner_id"),), ("name", "asked", "shared", "created_at")),
    Place("many_change", N_("Changes to many at once"), (Is("made_by"),), ("what", "value", "number", "made_at")),
    Place("signal", N_("Signals noted"), (Is("noted_by"),), ("title", "text", "created_at")),
    Place(
        "contact_upload",
        N_("Lists uploaded"),
        (Is("uploaded_by"),),
        ("file_name", "uploaded_at", "applied_at"),
        secret=("content", "corrections", "answers"),
    ),
    Place("invitation_answer", N_("Answers noted"), (Is("entered_by"),), ("answer", "at")),
    Place("incoming_mail", N_("Mail handled"), (Is("handled_by"),), ("kind", "received_at", "handled_at")),
    Place("publication", N_("Publications made"), (Is("published_by"),), ("title", "version", "published_at")),
    Place(
        "letter",
        N_("Letters sent"),
        (Mails("to_address"),),
        ("name", "to_address", "state", "queued_at", "accepted_at", "smtp_text"),
        secret=("return_token", "message_id", "key"),
    ),
    Place(
        "letter_payload",
        N_("Text of those letters"),
        (Of("letter_id", "letter.id"),),
        (),
        secret=("raw", "calendar"),
    ),
    Place("log_entry", N_("Logbook about this person"), (Is("subject_id"),), ("at", "verb", "actor_name", "facts")),
    Place("log_entry", N_("Logbook of own acts"), (Is("actor_id"),), ("at", "verb", "facts")),
)
