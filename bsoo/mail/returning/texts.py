"""Delivery reports that machines write for people: qmail, Exim, Exchange and Microsoft 365, Gmail, old Postfix, Notes.

Such a mail is taken for a report only when a machine sent it and it says that delivery failed: a person who writes
about undeliverable mail, or whose absence message does, is not a machine that could not deliver.
"""

import re
from itertools import islice

from bsoo.mail.returning.causes import judge
from bsoo.mail.returning.kinds import About, Cause
from bsoo.mail.returning.opening import ADDRESS, Part, header, returned, sender, text

_DAEMON = re.compile(
    r"^(?:mailer-?daemon|postmaster|mail-?daemon|mdaemon|daemon|mail ?delivery|mailer|bounces?|no-?reply-?bounce|"
    r"microsoftexchange[0-9a-f]+|mail\.administrator|mailadmin|smtp|delivery)\b"
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)? (?:delivery|daemon)|delivery (?:sub)?system|mailer-daemon|postmaster|mail system"
)

_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|notification|fail|unsuccessful|problem|error|final)|"
    r"returned mail|"
    r"failure (?:notice|delivery)|mail delivery|non[- ]?delivery|delivery[^.]*\bdelay|could ?n[o']t be delivered|"
    r"returning message|message delayed|not delivered|mail failure|mail could not|delivery report|"
    r"onbestelbaar|niet (?:af)?geleverd|niet bezorgd|bezorging|unzustellbar|nicht zugestellt|non remis|non distribu|"
    r"warning: (?:could not|message)|message status|rejected mail"
)
_FAILED = re.compile(
    r"(?:could|can|would|has|have|was|were|is|are) ?(?:not|n't|n’t|not been|never)(?: yet)?(?: be| been)?"
    r"(?: able to)? ?"
    r"(?:be )?(?:deliver|reach|sent|relay|transmit)\w*|"
    r"undeliver\w+|deliver(?:y|ing)[^.]{0,60}(?:fail|error|unsuccessful|problem|impossible|delayed)|"
    r"fail\w*[^.]{0,25} deliver|"
    r"unable to (?:deliver|send|relay)|not delivered|permanent(?:ly)? (?:error|fatal|fail)|"
    r"following address(?:es)?[^.]{0,30}"
    r"fail|(?:failed|rejected|unknown) (?:address|recipient)|gave up|given up|returned (?:mail|to sender)|"
    r"automatically rejected|no (?:such )?user\b|"
    r"niet[^.]{0,30}(?:bezorg|afgelever|besteld)|onbestelbaar|bezorg\w*[^.]{0,60}mislukt|bezorgd aan|"
    r"nicht[^.]{0,30}zugestellt|unzustellbar|n['’]a pas[^.]{0,20}(?:remis|distribu|délivr)|"
    r"(?:user|recipient|mailbox|host) (?:is )?(?:unknown|not (?:known|listed|found))|not listed in|unrouteable|"
    r"said: [45]\d\d|\b5\d\d[ -]5\.\d\.\d|error code ?: ?5\d\d"
)
_DELAYED = re.compile(
    r"(?:has|have) (?:not|n't) yet been delivered|delivery[^.]{0,40}\bdelayed|"
    r"will (?:be retried|keep trying|continue to)|"
    r"still (?:being|trying|in the queue)|warning message only|do not need to (?:re)?send|will be returned to you|"
    r"could not be delivered for the last|nog niet (?:be|af)|vertraag|temporary (?:problem|failure)[^.]{0,60}retr|"
    r"no action is required on your part"
)
_COPY = re.compile(
    r"^(?:[^\S\n]|[>*=_-])*"
    r"(?:(?:[iI]ncluded |[tT]his |[bB]elow )?(?:[iI]s |[tT]his line is )?[aA] copy of (?:the|your) "
    r"(?:message|body|original)|"
    r"[oO]riginal [mM]essage(?: [hH]eaders)?(?: follows)?|[oO]orspronkelijke? bericht(?:kop)?|"
    r"[oO]orspronkelijke berichtkoppen|[uU]nsent [mM]essage|[tT]he (?:header|text|body|first).{0,40} of the "
    r"(?:original )?message|[mM]essage [hH]eader|[rR]eturned (?:[mM]essage|[tT]ext|[mM]ail)|"
    r"[tT]his is a copy of|Your message follows|"
    r"[mM]essage text follows|Transcript of (?:the )?unsent)\b.*$",
    re.MULTILINE,
)
_TO = re.compile(r"^To:.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_MACHINES = re.compile(r"^(?:mailer-?daemon|postmaster|abuse|support|help\w*|no-?reply|noc|mailadmin|hostmaster)\b")
_ANSWERS = re.compile(r"^\s*(?:re|aw|antw|fwd?|doorst)\s*:", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"^[ \t>|*]*(?:from|to|cc|subject|date|sent|sender|reply-to|message-?id|received|return-path|van|aan|onderwerp)"
    r"[ \t]*:.*$",
    re.IGNORECASE | re.MULTILINE,
)
LONGEST_WORDS = 500
MOST_ADDRESSES = 100
LONGEST_ANSWER = 700
"""How far behind an address the reason stands; further on comes advice, and the letter itself."""


def is_text_report(message: Part) -> bool:
    """Whether a machine tells a person that delivery failed or waits."""
    if header(message, "X-Failed-Recipients"):
        return True
    subject = header(message, "Subject").lower()
    if _ANSWERS.match(subject):
        return False
    said = " ".join(_above(message)[:6000].lower().split())
    says_failed = bool(_FAILED.search(said) or _DELAYED.search(said))
    if is_daemon(message):
        return says_failed or bool(_SUBJECT.search(subject) and ADDRESS.search(said))
    # Whoever can be written back to is a person, and a person it is when nobody noted where it came from.
    has_no_author = header(message, "Return-Path") == "<>"
    return says_failed and has_no_author and bool(_SUBJECT.search(subject)) and _is_certain(said)


def is_daemon(message: Part) -> bool:
    """Whether a mail server wrote it, by its name. An empty return path says less: absence messages have it too."""
    name, address = sender(message)
    return not address or bool(_DAEMON.match(address.partition("@")[0]) or _DAEMON_NAME.search(name.lower()))


def told(message: Part) -> list[About]:
    """The addresses that a report for people names, each with the words that belong to it."""
    above = _above(message)
    is_delayed = bool(_DELAYED.search(" ".join(above.lower().split()))) or "delay" in header(message, "Subject").lower()
    found = _named(message, above)
    blocks = _shares(above, found)
    return [_about(address, blocks[address], is_delayed) for address in found]


def words_about(message: Part, address: str) -> str:
    """What the text for people says of one address."""
    above = _above(message)
    return _shares(above, [address]).get(address, above).strip()


def _about(address: str, words: str, is_delayed: bool) -> About:
    at = words.lower().find(address) if address else -1
    behind = words[at : at + LONGEST_ANSWER] if at >= 0 else ""
    cause = judge("", behind) if behind else Cause.OTHER
    if cause is Cause.OTHER:
        cause = judge("", words)
    if is_delayed and cause is not Cause.DEAD:
        cause = Cause.DELAYED
    return About(address, cause, in_short(words, address))


def _above(message: Part) -> str:
    """The report itself, without the copy of the letter below it."""
    whole = text(message)
    copy = _COPY.search(whole)
    above = whole[: copy.start()] if copy else whole
    return above if ADDRESS.search(above) or _FAILED.search(above.lower()) else whole


def _named(message: Part, above: str) -> list[str]:
    """The failed addresses: as the header says, else those in the text, else to whom the returned letter was."""
    own = {address.lower() for name in ("From", "To", "Cc", "Reply-To") for address in _in(header(message, name))}
    failed = _in(header(message, "X-Failed-Recipients"))
    named = failed or [
        one
        for one in _in(_HEADER_LINE.sub("", above))
        if one not in own and not _MACHINES.match(one) and not _is_message_id(one, above)
    ]
    return list(dict.fromkeys(named)) or _written_to(message) or [""]


def _written_to(message: Part) -> list[str]:
    letter = returned(message)
    if letter is not None:
        return _in(header(letter, "To"))[:1]
    whole = text(message)
    copy = _COPY.search(whole)
    found = _TO.search(whole, copy.end()) if copy else None
    return _in(found.group())[:1] if found else []


def _in(words: str) -> list[str]:
    named = dict.fromkeys(found.lower().strip(".") for found in ADDRESS.findall(words))
    return [re.sub(r"^(?:smtp=|')", "", found) for found in islice(named, MOST_ADDRESSES)]


def _is_message_id(address: str, above: str) -> bool:
    """Numbers of messages look like addresses: they stand behind the name of their header."""
    return bool(
        re.search(rf"(?i)message[- ]?id\W{{0,4}}{re.escape(address)}|\b(?:id|for)[:=] ?<{re.escape(address)}>", above)
    )


def _shares(above: str, addresses: list[str]) -> dict[str, str]:
    """The part of the text that belongs to each address: all of it, when there is one only."""
    if len(addresses) == 1:
        return {addresses[0]: above}
    low = above.lower()
    starts = sorted((low.find(address), address) for address in addresses)
    ends = [*(start for start, _address in starts[1:]), len(above)]
    return {address: above[max(start, 0) : end] for (start, address), end in zip(starts, ends, strict=True)}


def _is_certain(said: str) -> bool:
    return judge("", said) is not Cause.OTHER or bool(re.search(r"\b[45]\d\d\b|\b[45]\.\d\.\d", said))


def in_short(words: str, address: str) -> str:
    """The line with the server's answer, or else the lines behind the address."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    answers = [line for line in lines if re.search(r"\b[45]\d\d[ -]|\b#?[45]\.\d{1,3}\.\d", line)]
    at = words.lower().find(address) if address else -1
    behind = words[at + len(address) :].lstrip(">:\"' \n") if at >= 0 else words
    return (answers[0] if answers else " ".join(behind.split()))[:LONGEST_WORDS]
