"""Complaints: somebody pressed "this is spam" (ARF, RFC 5965; Microsoft's older form too)."""

from email import message_from_string

from bsoo.mail.returning.kinds import About
from bsoo.mail.returning.opening import ADDRESS, Part, fields, header, parts, returned

NO_COMPLAINT = {"not-spam", "auth-failure", "dmarc", "dkim"}
"""Feedback that says nothing of a reader who wants no mail: RFC 6430, RFC 6591."""

_MICROSOFT = "X-HmXmrOriginalRecipient"


def is_complaint(message: Part) -> bool:
    feedback = _feedback(message)
    if feedback is not None:
        return header(feedback, "Feedback-Type").lower() not in NO_COMPLAINT
    letter = returned(message)
    return letter is not None and letter.get(_MICROSOFT) is not None


def is_feedback(message: Part) -> bool:
    """Whether it is feedback of any kind."""
    return _feedback(message) is not None


def complained(message: Part) -> list[About]:
    """Who complained: as the report says, or else to whom the returned letter was."""
    feedback = _feedback(message)
    letter = returned(message)
    given = [header(feedback, "Original-Rcpt-To"), header(feedback, "Removal-Recipient")] if feedback else []
    given += [header(letter, _MICROSOFT), header(letter, "To")] if letter is not None else []
    found = [match.group().lower() for text in given if (match := ADDRESS.search(text))]
    kind = header(feedback, "Feedback-Type") if feedback else ""
    return [About(found[0] if found else "", words=kind or "abuse")]


def _feedback(message: Part) -> Part | None:
    for part in parts(message):
        if part.get_content_type() == "message/feedback-report":
            return message_from_string(fields(part).strip())
    return None
