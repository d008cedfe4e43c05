"""What a line to a server broke on, for mail that goes out and mail that comes in."""

import imaplib
import smtplib
import socket
import ssl

from bsoo.mail.checkup.findings import short

CERTIFICATES = {10: "expired", 62: "other-name", 64: "other-name"}
"""How OpenSSL numbers what is wrong with a certificate (x509_vfy.h); anything else means that nobody vouches for it."""


def cause(mistake: Exception) -> str:
    """Why there is no line; words.py says it."""
    match mistake:
        case ssl.SSLCertVerificationError():
            return CERTIFICATES.get(mistake.verify_code, "wrong")
        case ssl.SSLError():
            return "unspoken"
        case socket.gaierror():
            return "unknown"
        case smtplib.SMTPServerDisconnected():
            return "mute"
        case smtplib.SMTPException() | imaplib.IMAP4.error() | UnicodeError():
            return "broken"
        case _:
            return "silent"


def said(mistake: BaseException) -> str:
    """The server's own words, which libraries wrap in several ways, or those of this machine."""
    match mistake:
        case smtplib.SMTPRecipientsRefused():
            words = " ".join(map(_text, next(iter(mistake.recipients.values()))))
        case smtplib.SMTPResponseException():
            words = f"{mistake.smtp_code} {_text(mistake.smtp_error)}"
        case ssl.SSLCertVerificationError():
            words = mistake.verify_message
        case ssl.SSLError(reason=str() as reason):
            words = reason.replace("_", " ").lower()
        case TimeoutError():
            words = "timed out"
        case _:
            words = getattr(mistake, "strerror", None) or _text(*mistake.args[:1] or (type(mistake).__name__,))
    return short(words)


def _text(words: object) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
