"""The two names of a letter that the outside world gives back: its Message-ID and its return token."""

import hashlib

from bsoo import clock
from bsoo.house import house


def new_marks() -> dict[str, str]:
    """Fixed when a letter is queued; its columns by name."""
    return {"message_id": f"<{clock.new_id().hex}@{house().domain}>", "return_token": _return_token()}


def _return_token() -> str:
    """128 bits in lower-case hexadecimals, since mail servers may fold the case of a return address."""
    return hashlib.sha256(clock.new_token().encode()).hexdigest()[:32]
