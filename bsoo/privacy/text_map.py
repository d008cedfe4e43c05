"""Every column that holds text, in exactly one of four lists: what becomes of a name in it. A test walks them."""

WRITTEN: dict[str, tuple[str, ...]] = {
    "organisation": ("name", "aliases", "website", "email", "phone", "notes"),
    "contact": ("notes",),
    "affiliation": ("role", "department", "ended_because"),
    "membership": ("basis_source",),
    "alternative": ("value",),
    "join_request": ("message",),
    "left_notice": ("successor_name", "remark"),
    "bundle": ("title",),
    "signal": ("title", "text", "ask", "reason", "outcome", "question", "answer"),
    "service": (
        *("name_nl", "name_en", "description_nl", "description_en", "note_nl", "note_en"),
        *("phone", "email", "website"),
    ),
    "meeting": ("venue", "address", "organiser", "introduction", "introduction_en"),
    "invitation": ("reason", "colleague_name"),
    "invitation_answer": ("note", "colleague_name"),
    "agenda_item": ("title", "question", "presenter", "papers"),
    "attendance": ("name", "organisation_name"),
    "minutes": ("summary",),
    "block": ("text",),
    "action": ("text", "owner_name", "progress"),
    "publication": ("title", "content"),
    "erratum": ("text",),
    "summary_draft": ("introduction",),
    "incoming_mail": ("subject", "words"),
    "letter_text": ("subject", "text", "button"),
}
"""Texts that people write: a name in them is shown, and a person decides."""

RECORDED: dict[str, tuple[str, ...]] = {
    "organisation_region": ("listed",),
    "membership": ("listed",),
    "contact_upload": ("file_name", "corrections", "answers", "mapping", "words"),
    "contact_import_change": ("before", "after"),
    "merging": ("steps", "lost_name"),
    "departure": ("actions",),
    "proposal": ("before", "after"),
    "letter_payload": ("context", "calendar"),
    "letter_event": ("text",),
    "letter_text": ("beneath",),
    "signal": ("not_names",),
    "service": ("not_names",),
    "log_entry": ("facts",),
}
"""Texts that the program keeps: an address, number or full name in them is taken out without asking."""

FOLLOWS: dict[str, tuple[str, ...]] = {"signal": ("search",), "contact": ("search_more",)}
"""Texts that are made of written ones, and change along."""

LEFT_ALONE: dict[str, tuple[str, ...]] = {
    "region": ("slug", "name", "mail_address", "school_region", "timezone"),
    "theme": ("name_nl", "name_en", "definition_nl", "definition_en", "code"),
    "staff_user": ("email", "name", "language", "password_hash"),
    "sign_in_link": ("token_hash",),
    "browser": ("token_hash", "description", "region_slug"),
    "attempt": ("key",),
    "personal_link": ("token_hash",),
    "log_seal": ("digest", "chain"),
    "log_entry": ("actor_kind", "actor_name", "verb", "subject_kind"),
    "mailing": ("letter",),
    "mail_check": ("findings",),
    "mailing_left_out": ("why",),
    "letter": (
        *("key", "name", "to_address", "to_name", "language", "why"),
        *("owner", "message_id", "return_token", "smtp_text"),
    ),
    "letter_payload": ("calendar_method", "raw"),
    "letter_text": ("name", "language"),
    "blocked": ("address_hash", "purpose", "reason"),
    "sending_pace": ("sender",),
    "mail_epoch": ("name",),
    "incoming_mail": ("digest", "sender", "sender_name", "address", "delegate"),
    "organisation": ("name_key", "kvk", "street", "postcode", "place", "themes"),
    "contact": (
        *("title", "given_name", "infix", "family_name", "display_name", "sort_name", "search", "phone", "language"),
    ),
    "contact_address": ("email", "bounce_reason"),
    "contact_upload": ("file_hash", "content", "layout", "left_out", "totals"),
    "contact_import_change": ("table_name",),
    "join_request": ("name", "organisation", "role", "email", "language"),
    "merging": ("merged_by",),
    "departure": ("withdrawn", "invited"),
    "left_notice": ("successor_email",),
    "alternative": ("field",),
    "signal": ("side_themes", "groups", "language"),
    "service": ("groups", "languages", "hours", "street", "postcode", "place"),
    "meeting": ("timezone", "online_link", "calendar_uid"),
    "invitation": ("colleague_email",),
    "invitation_answer": ("colleague_email",),
    "agenda_item": ("standing_key",),
    "block": ("client_key",),
    "publication": ("digest",),
    "publication_file": ("content",),
}
"""Codes, hashes and addresses of places; and what is another person's own, who may bear the same name."""
