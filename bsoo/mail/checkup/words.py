"""What verdicts say: how it is, what was seen, and what to do. A verdict without advice asks for nothing."""

from typing import NamedTuple

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.mail.checkup.findings import Finding, Grade

CHECKS = {
    "connection": N_("Mail server"),
    "tls": N_("Secret line"),
    "login": N_("Login"),
    "sender": N_("May we send"),
    "recipient": N_("Own mailbox"),
    "organizer": N_("Sender of invitations"),
    "mailbox": N_("Reading answers"),
    "roundtrip": N_("Letter to ourselves"),
    "returns": N_("Undeliverable mail"),
    "judged": N_("What the receiver says"),
    "dns": N_("DNS"),
    "mx": N_("Mail to this domain"),
    "spf": N_("SPF: who may send"),
    "dkim": N_("DKIM: signature"),
    "dmarc": N_("DMARC: what receivers do"),
}
"""The names of checks, in the order of the page."""


class Said(NamedTuple):
    grade: Grade
    seen: str
    advice: str = ""


WELL, CARE, WRONG, UNKNOWN = Grade.WELL, Grade.CARE, Grade.WRONG, Grade.UNKNOWN

UNKNOWN_HOST = Said(
    WRONG,
    N_("The server %(host)s cannot be found: %(words)s"),
    N_("Check the name of the server in the settings, and whether this machine can ask DNS."),
)
UNTRUSTED = Said(
    WRONG,
    N_("The certificate of %(host)s is not trusted: %(words)s"),
    N_(
        "Ask whoever runs the mail server for a certificate that is known everywhere, "
        "or name the file with the certificate of your own authority in SSL_CERT_FILE."
    ),
)
EXPIRED = Said(
    WRONG,
    N_("The certificate of %(host)s is no longer valid."),
    N_("Ask whoever runs the mail server to renew it."),
)
OTHER_NAME = Said(
    WRONG,
    N_("The certificate is not for the name %(host)s: %(words)s"),
    N_("Use the name that stands in the certificate. Ask whoever runs the mail server for it."),
)
UNSPOKEN = Said(
    WRONG,
    N_("%(host)s cannot begin a secret line at port %(port)s: %(words)s"),
    N_(
        "The port and the way do not fit together. Mail goes out by smtps:// at port 465 or smtp+starttls:// "
        "at port 587; mail comes in by imaps:// at port 993 or imap+starttls:// at port 143."
    ),
)
NO_TOKEN = Said(
    WRONG,
    N_("There is no access token for %(user)s: %(words)s"),
    N_("Check BSOO_OAUTH_TOKEN_URL, BSOO_OAUTH_CLIENT_ID and BSOO_OAUTH_CLIENT_SECRET."),
)
TOKEN_REFUSED = Said(
    WRONG,
    N_("%(host)s does not take the access token of %(user)s: %(words)s"),
    N_(
        "Let the administrator of the mail give the application access to this mailbox "
        "(Microsoft 365: SMTP.SendAsApp and IMAP.AccessAsApp), and check BSOO_OAUTH_SCOPE."
    ),
)
"""What is said of mail that goes out and of mail that comes in."""

VERDICTS: dict[str, Said] = {
    "connection.ok": Said(WELL, N_("%(host)s answers at port %(port)s.")),
    "connection.silent": Said(
        WRONG,
        N_("%(host)s does not answer at port %(port)s: %(words)s"),
        N_("Check BSOO_SMTP_URL, and whether the firewall lets this machine out on port %(port)s."),
    ),
    "connection.unknown": UNKNOWN_HOST,
    "connection.mute": Said(
        WRONG,
        N_("%(host)s lets us in at port %(port)s, but says nothing: %(words)s"),
        N_("At port 465 use smtps:// in BSOO_SMTP_URL; at port 587 smtp+starttls://."),
    ),
    "connection.broken": Said(
        WRONG,
        N_("%(host)s stopped in the middle: %(words)s"),
        N_("Try again in a minute. If it stays so, ask whoever runs the mail server to look into its log."),
    ),
    "tls.ok": Said(WELL, N_("The line is secret (%(version)s); the certificate is good until %(day)s.")),
    "tls.here": Said(WELL, N_("The mail server runs on this machine, so nobody can listen in.")),
    "tls.soon": Said(
        CARE,
        N_("The certificate of %(host)s ends on %(day)s."),
        N_("Ask whoever runs the mail server to renew it; after that day no mail goes out."),
    ),
    "tls.none": Said(
        CARE,
        N_("The line to %(host)s can be listened to."),
        N_("Use smtp+starttls:// (port 587) or smtps:// (port 465) in BSOO_SMTP_URL."),
    ),
    "tls.wrong": UNTRUSTED,
    "tls.expired": EXPIRED,
    "tls.other-name": OTHER_NAME,
    "tls.unspoken": UNSPOKEN,
    "tls.not-offered": Said(
        WRONG,
        N_("%(host)s offers no secret line at port %(port)s."),
        N_("Ask for the port with STARTTLS (mostly 587), or use smtps:// with port 465."),
    ),
    "login.ok": Said(WELL, N_("%(host)s knows us as %(user)s.")),
    "login.none": Said(WELL, N_("%(host)s asks for no login.")),
    "login.open": Said(
        WRONG,
        N_("The password of %(user)s goes over an open line."),
        N_("Use smtp+starttls:// or smtps:// in BSOO_SMTP_URL."),
    ),
    "login.refused": Said(
        WRONG,
        N_("%(host)s does not let %(user)s in: %(words)s"),
        N_(
            "Check name and password in BSOO_SMTP_URL. Microsoft 365 takes no passwords: "
            "leave the password out there and set BSOO_OAUTH_TOKEN_URL."
        ),
    ),
    "login.not-offered": Said(
        WRONG,
        N_("%(host)s takes no login at port %(port)s."),
        N_(
            "Use the port for sending: smtp+starttls:// with port 587, or smtps:// with port 465. "
            "If the server knows this machine, leave name and password out of BSOO_SMTP_URL."
        ),
    ),
    "login.no-token": NO_TOKEN,
    "login.token-refused": TOKEN_REFUSED,
    "sender.ok": Said(WELL, N_("Letters from %(address)s are taken.")),
    "sender.refused": Said(
        WRONG,
        N_("The mail server takes no letters from %(address)s: %(words)s"),
        N_("Ask whoever runs the mail server to let our login send as %(address)s."),
    ),
    "recipient.refused": Said(
        WRONG,
        N_("The mail server takes no letters to %(address)s: %(words)s"),
        N_("People answer to this address. Have the mailbox made, or choose another sender."),
    ),
    "organizer.ok": Said(WELL, N_("Letters and calendar entries both come from %(address)s.")),
    "organizer.not-bare": Said(
        WRONG,
        N_("%(address)s is not a bare e-mail address."),
        N_("Write only the address, without a name: calendars accept an invitation only when it is the sender's own."),
    ),
    "organizer.personal": Said(
        CARE,
        N_("%(address)s is also the address of a person whom we know."),
        N_(
            "Use a mailbox of the team. Outlook gives whoever has this address no buttons to answer, "
            "because it takes them for the organiser."
        ),
    ),
    "mailbox.ok": Said(WELL, N_("The mailbox at %(host)s can be read; what is handled moves to %(folder)s.")),
    "mailbox.piped": Said(WELL, N_("The mail server hands over what comes in, to receive-mail.")),
    "mailbox.none": Said(
        CARE,
        N_("No mailbox is read."),
        N_("Set BSOO_IMAP_URL. Then undeliverable mail and answers from calendars come in by themselves."),
    ),
    "mailbox.unknown": UNKNOWN_HOST,
    "mailbox.silent": Said(
        WRONG,
        N_("The mailbox at %(host)s does not answer at port %(port)s: %(words)s"),
        N_("Check the server and the port in BSOO_IMAP_URL (imaps:// has port 993), and the firewall of this machine."),
    ),
    "mailbox.broken": Said(
        WRONG,
        N_("The mailbox at %(host)s stopped in the middle: %(words)s"),
        N_("Try again in a minute. If it stays so, ask whoever runs the mail server to look into its log."),
    ),
    "mailbox.wrong": UNTRUSTED,
    "mailbox.expired": EXPIRED,
    "mailbox.other-name": OTHER_NAME,
    "mailbox.unspoken": UNSPOKEN,
    "mailbox.refused": Said(
        WRONG,
        N_("The mailbox at %(host)s does not let %(user)s in: %(words)s"),
        N_(
            "Check name and password in BSOO_IMAP_URL. Microsoft 365 takes no passwords: "
            "leave the password out there and set BSOO_OAUTH_TOKEN_URL."
        ),
    ),
    "mailbox.no-token": NO_TOKEN,
    "mailbox.token-refused": TOKEN_REFUSED,
    "mailbox.no-folder": Said(
        WRONG,
        N_("The folder to read is not there: %(words)s"),
        N_("Write the name of the folder behind the server in BSOO_IMAP_URL; INBOX is always there."),
    ),
    "mailbox.unreadable": Said(
        WRONG,
        N_("The mailbox cannot be read: %(words)s"),
        N_("Check BSOO_IMAP_URL: the server, the name, the password and the folder."),
    ),
    "roundtrip.ok": Said(WELL, N_("A letter to %(address)s was back after %(seconds)s seconds.")),
    "roundtrip.no-mailbox": Said(UNKNOWN, N_("Without a mailbox that is read we cannot wait for a letter.")),
    "roundtrip.no-server": Said(UNKNOWN, N_("Without a mail server that takes letters none was sent.")),
    "roundtrip.not-sent": Said(
        WRONG, N_("The letter did not leave: %(words)s"), N_("Look at the mail server above; repair that first.")
    ),
    "roundtrip.unreadable": Said(
        WRONG,
        N_("The letter left, but the mailbox cannot be read: %(words)s"),
        N_("Check BSOO_IMAP_URL: the server, the name, the password and the folder."),
    ),
    "roundtrip.lost": Said(
        WRONG,
        N_("The letter to %(address)s was not there after %(seconds)s seconds."),
        N_(
            "Look in the folder for unwanted mail, and whether mail to this address comes "
            "in the mailbox of BSOO_IMAP_URL."
        ),
    ),
    "returns.ok": Said(WELL, N_("Mail to %(address)s comes in, after %(seconds)s seconds.")),
    "returns.lost": Said(
        WRONG,
        N_("Mail to %(address)s was not there after %(seconds)s seconds."),
        N_(
            "Have the mail server deliver addresses with a plus sign to the same mailbox, "
            "or leave BSOO_MAIL_BOUNCES empty."
        ),
    ),
    "judged.ok": Said(WELL, N_("The receiving server trusts us: %(words)s.")),
    "judged.failed": Said(
        WRONG,
        N_("The receiving server does not trust us: %(words)s."),
        N_("Publish the lines below. Without them our mail ends up between unwanted mail, or nowhere."),
    ),
    "judged.silent": Said(UNKNOWN, N_("The receiving server does not say whether it trusts us.")),
    "dns.silent": Said(
        UNKNOWN,
        N_("DNS does not answer from here, so what %(domain)s publishes is not known."),
        N_("That is no fault as such. Look again from a machine that can ask DNS."),
    ),
    "mx.ok": Said(WELL, N_("Mail to %(domain)s goes to %(hosts)s.")),
    "mx.none": Said(
        WRONG,
        N_("No mail server takes mail for %(domain)s."),
        N_("Nobody can answer. Publish an MX record, or use a sender at a domain with mail."),
    ),
    "mx.no-domain": Said(
        WRONG,
        N_("There is no domain %(domain)s."),
        N_("Use a sender at a domain that exists, in BSOO_MAIL_FROM and with the regions."),
    ),
    "spf.ok": Said(WELL, N_("%(domain)s lets our mail server send.")),
    "spf.none": Said(
        WRONG,
        N_("%(domain)s does not say who may send for it."),
        N_("Publish this line:"),
    ),
    "spf.several": Said(
        WRONG,
        N_("%(domain)s publishes %(number)s SPF lines; then none counts."),
        N_("Make one of them, and take the others away."),
    ),
    "spf.too-many": Said(
        WRONG,
        N_("The SPF line of %(domain)s asks more than ten questions; then it does not count."),
        N_("Take out of it what no longer sends for you."),
    ),
    "spf.open": Said(
        CARE,
        N_("%(domain)s lets everybody send: %(record)s"),
        N_("End the line with ~all or -all, or anybody can write in your name."),
    ),
    "spf.not-us": Said(
        WRONG,
        N_("%(domain)s does not name our mail server (%(mechanism)s): %(record)s"),
        N_("Replace the line by this one:"),
    ),
    "dkim.ok": Said(WELL, N_("Letters are signed, and the key is published at %(name)s.")),
    "dkim.unseen": Said(
        UNKNOWN,
        N_("Which key signs letters from %(domain)s is not known."),
        N_("Send a letter to ourselves: then it shows in the mail that comes back."),
    ),
    "dkim.elsewhere": Said(
        CARE,
        N_("Letters from %(sender)s are signed by %(domain)s, which does not count for the sender."),
        N_("Ask whoever runs the mail server to sign with the domain of the sender."),
    ),
    "dkim.none": Said(
        WRONG,
        N_("Letters are signed, but there is no key at %(name)s."),
        N_("Ask whoever runs the mail server for the line to publish there."),
    ),
    "dkim.unpublished": Said(
        WRONG, N_("We sign our letters, but there is no key at %(name)s."), N_("Publish this line:")
    ),
    "dkim.another": Said(
        WRONG, N_("We sign with another key than the one at %(name)s."), N_("Replace the line there by this one:")
    ),
    "dkim.unreadable": Said(
        WRONG,
        N_("Letters wait, for the key in %(file)s cannot be read: %(words)s"),
        N_("Check BSOO_DKIM_KEY, and whether this program may read the file."),
    ),
    "dkim.no-key": Said(
        WRONG,
        N_("Letters wait, for %(file)s holds no RSA key (PEM)."),
        N_("Make a key as the page E-mail explains, and name its file in BSOO_DKIM_KEY."),
    ),
    "dkim.withdrawn": Said(
        WRONG,
        N_("The key at %(name)s was withdrawn."),
        N_("Ask whoever runs the mail server to sign with a key that is published."),
    ),
    "dkim.weak": Said(
        CARE,
        N_("The key at %(name)s is shorter than 2048 bits."),
        N_("Ask whoever runs the mail server for a longer one."),
    ),
    "dmarc.ok": Said(WELL, N_("%(domain)s asks receivers to stop forged mail (%(policy)s).")),
    "dmarc.watching": Said(
        CARE,
        N_("%(domain)s only watches (p=none); forged mail is let through."),
        N_("When SPF and DKIM have been well for some weeks, make it p=quarantine."),
    ),
    "dmarc.none": Said(
        CARE,
        N_("%(domain)s does not say what to do with forged mail; large providers ask for it."),
        N_("Publish this line, with an address of yours for the reports:"),
    ),
    "dmarc.several": Said(
        WRONG, N_("%(domain)s publishes several DMARC lines; then none counts."), N_("Keep one of them.")
    ),
    "dmarc.unclear": Said(
        WRONG,
        N_("The DMARC line of %(domain)s cannot be read: %(record)s"),
        N_("It must begin with v=DMARC1; p=none, p=quarantine or p=reject."),
    ),
}


def grade_of(finding: Finding) -> Grade:
    return VERDICTS[finding.verdict].grade


def seen(finding: Finding) -> str:
    """What was seen, in the language in force."""
    return _(VERDICTS[finding.verdict].seen, **finding.facts)


def advice(finding: Finding) -> str:
    """What to do; empty when there is nothing."""
    said = VERDICTS[finding.verdict].advice
    return _(said, **finding.facts) if said else ""
