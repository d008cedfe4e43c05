"""Whether somebody who wrote back says that they come: a guess for a coordinator to confirm, never an answer by itself.

Better no guess than a wrong one: doubt, a question, a colleague, or a yes beside a no is left to whoever reads it.
"""

import re
from enum import StrEnum

READ = 600
"""Signs from the beginning: what people say first is their answer, further on comes what else they have to say."""


class Saying(StrEnum):
    """What a mail seems to say of coming."""

    COMES = "comes"
    ONLINE = "online"
    NOT = "not"


_COMING = r"come|attend|join|make it|be there|be present|participate"
_NOT = re.compile(
    r"\bkom(?:en)?\b(?: [\w'’]+){0,4}? niet\b(?! alleen)|\b(?:ben|zijn) er\b(?: [\w'’]+){0,4}? niet\b|"
    r"\b(?:kan|kun|kunnen|lukt|gaat|red|haal)\b(?: [\w'’]+){0,5}? niet$|"
    r"\bniet\b(?: [\w'’]+){0,4}? (?:komen|aanwezig|er ?bij|bij zijn|deelnemen|aansluiten)\b|"
    r"\bverhinder\w*|\bafmeld\w*|\bafgemeld|\bmeld\b(?: \w+){0,3} af\b|\bafwezig\b|\bsla(?: \w+){0,3} over\b|"
    r"\b(?:can ?not|can['’]?t|won['’]?t|will not|unable to|not (?:be )?able to|am not|['’]m not)\b(?: \w+){0,3}? "
    rf"(?:{_COMING}|coming|attending|joining)\b|"
    r"\bnot (?:coming|attending|joining)\b|\bregret\w*|\bdecline\b|\bsend my apologies\b|\bmy apologies\b"
)
_YES = re.compile(
    r"\b(?:(?:ik|wij|we) kom(?:en)?|kom(?:en)? (?:ik|wij|we))"
    r"(?=$|,|;| en\b| graag| zeker| ook| dan| naar | met | op (?:maan|dins|woens|donder|vrij|\d)| online| digitaal|"
    r" fysiek| langs| er ?aan| gewoon| weer)|"
    r"\b(?:ben|zijn|zal|zullen)\b(?: \w+){0,4}? (?:er ?bij|aanwezig|van de partij|er zijn)\b|\b(?:ik|we|wij) ben er$|"
    r"\bgraag aanwezig\b|\b(?:ik|we|wij) (?:sluit|sluiten|schuif|schuiven)(?: \w+){0,3} aan\b|"
    r"^(?:ja|yes|jazeker|aanwezig|graag|akkoord ik kom)$|^(?:ja|yes)[, ]+(?:graag|zeker|hoor|please|certainly)$|"
    rf"\b(?:i|we)(?: will| shall| would love to|['’]ll)(?: \w+)?? (?:{_COMING})\b|"
    r"\b(?:i am|i['’]m|we are|we['’]re)(?: \w+)?? (?:coming|attending|joining)\b|\bcount me in\b|\bsee you there\b"
)
_DOUBT = re.compile(
    r"\b(?:misschien|wellicht|mogelijk|waarschijnlijk|onder voorbehoud|nog niet|niet meer|weet niet|onzeker|"
    r"probeer|als het lukt|no longer|"
    r"tenzij|liever|maybe|perhaps|might|probably|possibly|not sure|try to|unless|depends?|tentativ\w+)\b"
)
_DENIAL = re.compile(r"\b(?:niet|geen|not)\b|n['’]t\b")
"""Beside a yes it may take something of it back."""
_SOMEBODY_ELSE = re.compile(r"\b(?:collega\w*|vervang\w*|in mijn plaats|namens|colleague\w*|instead of me|on behalf)\b")
_ONLINE = re.compile(r"\b(?:online|digitaal|teams|zoom|videobellen|beeldbellen|remote(?:ly)?|video call)\b")
_END = re.compile(r"(?<=[.!?\n])\s*|\n+")


def saying(text: str) -> Saying | None:
    """What the mail seems to say; None when that is not plain."""
    begun = " ".join(text[:READ].lower().replace("\r", "").split(" "))
    if _DOUBT.search(begun) or _SOMEBODY_ELSE.search(begun):
        return None
    found: set[Saying] = set()
    for sentence in filter(None, (one.strip() for one in _END.split(begun))):
        if sentence.endswith("?"):
            return None
        words = " ".join(sentence.strip(" .!,;").split())
        if _NOT.search(words):
            found.add(Saying.NOT)
        elif _YES.search(words):
            found.add(Saying.ONLINE if _ONLINE.search(words) else Saying.COMES)
    if len(found) != 1 or (Saying.NOT not in found and _DENIAL.search(begun)):
        return None
    return found.pop()
