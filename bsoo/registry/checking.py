"""Values that staff type: brought into one form, or refused at their field with what to do."""

from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry import values


def phone(typed: str) -> str:
    """Numbers in international form; what cannot be a number is asked again."""
    if not typed:
        return ""
    found = values.phones(typed)
    if not found:
        raise Refused(_("This is no telephone number. Write it like 06 12345678 or 020 123 4567."), "phone")
    return ", ".join(found[:2])[:40]


_KVK_DIGITS = 8


def kvk(number: str) -> str:
    digits = "".join(number.split())
    if digits and not (digits.isdecimal() and len(digits) == _KVK_DIGITS):
        raise Refused(_("A Chamber of Commerce number has 8 digits."), "kvk")
    return digits


def website(typed: str) -> str:
    if not typed:
        return ""
    address = typed if typed.startswith(("http://", "https://")) else f"https://{typed}"
    host = address.partition("//")[2].partition("/")[0]
    if "." not in host or any(sign.isspace() for sign in address):
        raise Refused(_("This is no web address. Write it like www.example.org."), "website")
    return address


def role_address(email: str) -> str:
    if not email:
        return ""
    found = values.addresses(email)
    if len(found) != 1:
        raise Refused(_("This is no e-mail address. Write one address, like info@example.org."), "email")
    return found[0]
