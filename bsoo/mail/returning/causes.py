"""Why a letter did not arrive, out of a status code (RFC 3463) and a server's own words.

Only what is certain makes an address dead: the words or the code say that the mailbox or its domain is not there, and
nothing beside them speaks of blocking, of a full mailbox, of later, or of another address than the reader's. Everything
else leaves the address alone.
"""

import re

from bsoo.mail.returning.kinds import Cause

GONE_CODES = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.310"}
"""No such mailbox, system or domain; moved without a new address. 5.1.10 and 5.4.310 are Microsoft's."""

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.#])([45]\d\d)(?=[ -]|$)")
_NOISE = re.compile(r"https?://\S+|<?[^\s<>;:\"'(]+@[^\s<>;:\"')]+>?")

_WHO = (
    r"(?:users?(?:'s)?|recipients?|mail ?box(?:es)?|(?:e-?mail )?address(?:es)?|accounts?|person|addressee|"
    r"local ?part|username|user ?name|alias|destination)"
)
_GONE = re.compile(
    "|".join(
        (
            rf"\b(?:unknown|invalid|no such|non-?exist[ea]nt|bad|illegal|undefined|unrecogni[sz]ed) "
            rf"(?:or \w+ )?(?:(?:local|virtual|final|e-?mail|mail|destination|envelope|smtp|internal|to) )*{_WHO}\b",
            rf"\b{_WHO}\b(?:[ ,:]+(?!sender\b)[^\s.]+){{0,7}}? (?:(?:is|was|are|were|be|has been|could) )?"
            r"(?:unknown|not known|n[o']t (?:be )?(?:found|located)|does ?n[o']t exist|do n[o']t exist|not exists?|"
            r"no longer (?:exists?|valid|in use|available|active|on (?:the|this) server)|"
            r"not (?:valid|listed|registered|recogni[sz]ed|a known|present|in (?:our|the|my)))",
            r"\bno (?:mail ?box|account|such|person|users?|one|recipients?)\b[^.]{0,30}"
            r"\b(?:here|by that name|with that name|at this address|in name directory|found|available)\b",
            r"does(?: not|n't) have an? \S+ account",
            r"\bnot (?:a|our) (?:known |valid |local |active )*(?:user|mailbox|recipient|customer|address)\b",
            r"not listed in (?:the |public |domino )|name & address book",
            r"recip(?:ient)?notfound|badrcptto|validrcptto|bad address|unrout(?:e)?able|nullmx|null mx",
            r"\b(?:onbekende?|unbekannter?) \w*(?:gebruiker|adres|geadresseerde|ontvanger|empf)",
            r"(?:gebruiker|adres|geadresseerde|ontvanger|postbus) (?:is )?(?:onbekend|niet (?:gevonden|bekend))",
            r"utilisateur inconnu|bestaat niet|existiert nicht|kon(?:den)? niet worden gevonden|niet in adresboek",
            r"e-?mailadres dat u hebt opgegeven, is niet gevonden",
            r"(?:no longer|not) (?:work|employ|with (?:the|our|this))\w*|has (?:left|moved)\b(?! an? )",
            r"(?:no such|unknown|invalid) (?:domain|host)|domain[^.]{0,60} (?:does(?: not|n't) exist|not found)",
            r"host (?:unknown|not found)|(?:host )?or domain name not found|find any host named|nxdomain",
            r"(?:all relevant mx records point to|has) non-?existent? (?:hosts|domain)",
            r"does not accept mail(?! from)|no mx (?:or|record)|bad destination (?:mailbox|system)",
        )
    )
)
_ELSEWHERE = re.compile(
    r"\b(?:your|uw|je)(?: own)? (?:e-?mail ?|mail ?)?(?:address|adres|domain|domein)\b(?! ?book)|"
    r"afzender|(?:in|of|from|this) (?:the |this )?sender\b|sender\b[^.]{0,20}(?:null mx|@ not known)|"
    r"return[- ]path|(?:mail|messages?) from\b|white ?list|allow(?:ed)? ?list|mailing list|member of|for bulk|"
    r"header from\b|headers? contain|in (?:\w+ )?headers?\b|in (?:cc|to|from)$|address in to\b|message contains|"
    r"invalid command"
)
"""Words about who sent it, about the letter or about a list: what is unknown or invalid there is not the mailbox."""

SENDER_CODES = {"5.1.7", "5.1.8", "5.7.27"}
"""Codes about the address of who sent it (RFC 3463, RFC 7505)."""

_UNAVAILABLE = re.compile(r"requested action not taken: mailbox unavailable")
"""The example of RFC 5321 for 550, which Outlook.com uses for an unknown user."""

_REFUSED_BY_DIRECTORY = re.compile(r"5\.4\.1\b.*recipient address rejected: access denied")
"""Microsoft's answer at the edge for who is not in the directory; with 5.7.1 the same words are a policy."""

_FULL = re.compile(
    r"(?<!sending )(?<!hourly )(?<!daily )(?<!submission )\b(?:over)?quota\b|mailboxfull|full mail ?box|"
    r"\b(?:over|out of|exceed\w*)\b[^.]{0,40}(?:storage|disk space|mailbox size|maximum allowed storage)|"
    r"\b(?:mail ?box|inbox|mailfolder|maildir|account|boite|postfach|postvak|postbus)\b[^.]{0,40}"
    r"\b(?:full|vol|voll|pleine)\b|"
    r"opslag(?:ruimte|limiet)?\b[^.]{0,40}\b(?:overschreden|bereikt|vol)\b|"
    r"(?:not enough|insufficient|no) (?:disk |storage )?space (?:in|for|left|on)|"
    r"(?:exceeded|exceeds)[^.]{0,30}(?:storage|mailbox|disk|space) (?:limit|allocation)"
)
_OURS = re.compile(
    r"\bspam|spamhaus|black ?list|block ?list|\bblocked\b|\brbl\b|dnsbl|reputation|\bspf\b|\bdkim\b|\bdmarc\b|\barc\b|"
    r"unauthenticated|not authenticated|authentication|not authori[sz]ed|unauthori[sz]ed|\bauth\b|"
    r"relay(?:ing)?\b[^.]{0,30}(?:denied|not|prohibited)|(?:unable|not \w+|do not) to? ?relay|"
    r"polic(?:y|ies)|\bbanned\b|prohibited|not permitted|virus|malware|phish|suspicious|unsolicited|junk|"
    r"sender\b[^.]{0,40}(?:reject|denied|verif|not (?:exist|found|allowed)|unknown|invalid|refused)|"
    r"(?:bad|invalid|unknown) sender|reverse dns|\bptr\b|\bhelo\b|"
    r"too many (?:connections|messages|recipients|mails)|"
    r"(?:rate|sending|submission|daily|hourly)[ -](?:limit|quota)|throttl|"
    r"content (?:filter|reject|refused)|message (?:content )?(?:was )?rejected|access denied|"
    r"client host[^.]{0,30} (?:rejected|denied)|\b(?:connection|ip)[^.]{0,30} (?:rejected|denied|not allowed)|"
    r"tls|starttls|"
    r"security reasons|delivery restrict|only accepts? |not accepting (?:mail|messages) from|rejected by (?:your|the) "
    r"|notauthorized|\bpermission|niet gemachtigd|alleen bepaalde afzenders"
)
_SOFT = re.compile(
    r"disabled|suspended|deactivat|\binactive|temporar|try (?:again|later)|\blater\b|time[d]? ?out|"
    r"too (?:large|big|long)|"
    r"size (?:limit|exceed)|message size|exceeds (?:the )?(?:maximum|size)|\bloop|too many hops|hop count|locked|"
    r"unreachable|expired|connection (?:refused|timed|reset|lost|dropped)|not accepting|on hold|greylist|"
    r"retry|queue too long|lost connection|no route to host|servfail|overload|busy|restricted"
)


def judge(status: str, words: str) -> Cause:
    """The cause, when delivery was given up."""
    said = normal(words)
    code = code_in(said) or status.strip()
    if _is_temporary(code, said):
        return Cause.FULL if _FULL.search(said) or code.endswith(".2.2") else Cause.OTHER
    if _FULL.search(said) or code == "5.2.2":
        return Cause.FULL
    if _REFUSED_BY_DIRECTORY.search(said):
        return Cause.DEAD
    says_gone, is_ours, is_soft = _says_gone(said), bool(_OURS.search(said)), bool(_SOFT.search(said))
    is_elsewhere = code in SENDER_CODES or bool(_ELSEWHERE.search(said))
    if says_gone and not is_elsewhere and (code in GONE_CODES or not (is_ours or is_soft)):
        return Cause.DEAD
    if is_ours or code in SENDER_CODES or code.startswith("5.7.") or (says_gone and is_elsewhere):
        return Cause.OUR_FAULT
    return Cause.DEAD if code in GONE_CODES and not (is_soft or is_elsewhere) else Cause.OTHER


def normal(words: str) -> str:
    """Words as they are compared: lower case, one line, without the addresses that could look like words."""
    return " ".join(_NOISE.sub(" @ ", words.lower().replace("’", "'").replace("_", " ")).split())


def code_in(words: str) -> str:
    """The enhanced status code in a server's words; one that says nothing counts as none."""
    found = [code for code in _CODE.findall(words) if not code.endswith(".0.0")]
    return found[0] if found else ""


def _is_temporary(code: str, said: str) -> bool:
    reply = _REPLY.search(said)
    if code.startswith(("4.", "5.")) and not code.endswith(".0.0"):
        return code.startswith("4.")
    return reply is not None and reply.group(1).startswith("4")


def _says_gone(said: str) -> bool:
    return bool(_GONE.search(said)) or ("550" in said and bool(_UNAVAILABLE.search(said)))
