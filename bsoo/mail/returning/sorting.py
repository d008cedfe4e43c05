"""Says what one raw message is. A report is believed before an automatic answer, and that before an ordinary one."""

import re
from dataclasses import replace
from datetime import date

from bsoo.mail.returning import automatic, calendars, complaints, reports, texts
from bsoo.mail.returning.absences import away
from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import About, CalendarReply, Cause, Kind, Mail
from bsoo.mail.returning.opening import Part, header, open_mail, parts, returned, sender, sent_at, text
from bsoo.mail.returning.quoting import own_words

_TOKEN = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{3,200}@[^<>\s]{1,200}>")
_ID_LINE = re.compile(r"^(?:[^\S\n]|>)*message-id:\s*(<[^<>\s]+@[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_SENT_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RCPT-TO", "Received")
_REMARK = re.compile(r'"(?:\\.|[^"\\])*"|\((?:\\.|[^()\\])*\)')
_DMARC = re.compile(r"dmarc(?:/\d+)?\s*=\s*(\w+)(?:.*\sheader\.from=(\S+))?", re.DOTALL)
_REFERENCES = 20
MOST_ABOUT = 100
"""A letter of ours goes to one person: a report about hundreds is not about our letters."""


def sort(raw: bytes, today: date, *, believed: str = "") -> Mail:
    """One message; `believed` is the name of our own mail server in Authentication-Results."""
    message = open_mail(raw)
    kind, about, calendar = _judged(message)
    name, address = sender(message)
    moment = sent_at(message)
    words = own_words(text(message))
    subject = header(message, "Subject")
    is_automatic = kind is Kind.AUTO_REPLY
    return Mail(
        kind=kind,
        about=tuple(about[:MOST_ABOUT]) or (About(address, name=name),),
        sender=address,
        sender_name=name,
        subject=subject,
        text=words,
        sent_at=moment,
        tokens=_tokens(message),
        message_ids=_message_ids(message),
        calendar=calendar,
        away_until=away(subject, words, moment.date() if moment else today) if is_automatic else None,
        passed=_passed(message, believed),
    )


Judged = tuple[Kind, list[About], CalendarReply | None]


def _judged(message: Part) -> Judged:
    if _is_read_receipt(message):
        return Kind.RECEIPT, [], None
    if complaints.is_complaint(message):
        return Kind.COMPLAINT, complaints.complained(message), None
    answer = calendars.answered(message)
    if answer is not None:
        return Kind.CALENDAR_REPLY, *answer
    if reports.has_report(message):
        return _by_report(message)
    if texts.is_text_report(message):
        return Kind.BOUNCE, texts.told(message), None
    by_itself = complaints.is_feedback(message) or automatic.is_automatic(message)
    return (Kind.AUTO_REPLY if by_itself else Kind.REPLY), [], None


def _by_report(message: Part) -> Judged:
    """What a report says failed; it is a receipt when nothing did."""
    about = {one.address: one for one in (_completed(message, one) for one in reports.reported(message))}
    if about:
        return Kind.BOUNCE, list(about.values()), None
    done = reports.actions(message)
    return (Kind.RECEIPT, [], None) if done else (Kind.BOUNCE, texts.told(message), None)


def _completed(message: Part, about: About) -> About:
    """A report with codes only borrows the words of the text for people; one without an address, the address."""
    if not about.address:
        told = texts.told(message)
        about = replace(about, address=told[0].address)
    if about.cause is Cause.OTHER and re.fullmatch(r"[45]?[\d.]*", about.words):
        words = texts.words_about(message, about.address)
        cause = judge(about.words, words)
        return replace(about, cause=cause, words=texts.in_short(words, about.address) or about.words)
    return about


def _is_read_receipt(message: Part) -> bool:
    """A receipt (RFC 8098); a refusal by a filter of the reader looks the same (RFC 5429) and is none."""
    if "rejected" in header(message, "Auto-Submitted").lower():
        return False
    kinds = {part.get_content_type() for part in parts(message)}
    reported = str(message.get_param("report-type") or "").lower()
    return reported == "disposition-notification" or "message/disposition-notification" in kinds


def _tokens(message: Part) -> tuple[str, ...]:
    found = [value for name in _SENT_TO for value in message.get_all(name, [])]
    return tuple(dict.fromkeys(token.lower() for value in found for token in _TOKEN.findall(str(value))))


def _message_ids(message: Part) -> tuple[str, ...]:
    """Of the letter that is given back, then of those that are answered."""
    letter = returned(message)
    given = [str(letter.get("Message-ID", ""))] if letter is not None else _ID_LINE.findall(text(message))
    given += [str(message.get("In-Reply-To", "")), str(message.get("References", ""))]
    return tuple(dict.fromkeys(_ID.findall(" ".join(given))))[:_REFERENCES]


def _passed(message: Part, believed: str) -> bool | None:
    """What our own server found of DMARC (RFC 8601): only the header that it wrote itself counts, the topmost.

    Who sends chooses much of what stands in it (the return path, the name of their machine), so a result is read where
    results stand; and it must be about the sender that we read.
    """
    for value in message.get_all("Authentication-Results", []) if believed else []:
        said = str(value).lower()
        if said.split(";")[0].split()[:1] == [believed.lower()]:
            domain = sender(message)[1].rpartition("@")[2]
            found = [match for one in _without_remarks(said).split(";") if (match := _DMARC.match(one.strip()))]
            return bool(found) and all(match[1] == "pass" and match[2] in (domain, None) for match in found)
    return None


def _without_remarks(text: str) -> str:
    """Without what stands in brackets or quotes, where anything may be said; of a quoted word that there is one."""
    while (bare := _REMARK.sub(lambda found: "?" if found[0].startswith('"') else " ", text)) != text:
        text = bare
    return bare
