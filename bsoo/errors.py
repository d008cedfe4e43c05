"""What can go wrong in the domain, in words that the reader can act on."""

from collections.abc import Mapping


class DomainError(Exception):
    """A rule of the domain says no; the edge turns it into an answer."""


class NotFound(DomainError):
    """It is not there, or this reader may not know that it is."""


class NotAllowed(DomainError):
    """The reader sees it but may not do this."""


class Refused(DomainError):
    """The input cannot be accepted; `errors` maps the field ("" for the whole form) to a translated sentence."""

    def __init__(self, message: str = "", field: str = "", errors: Mapping[str, str] | None = None) -> None:
        self.errors: dict[str, str] = dict(errors) if errors is not None else {field: message}
        super().__init__("; ".join(self.errors.values()))


class Conflict(Refused):
    """Somebody else changed it in between; nothing was overwritten."""
