"""Settings: environment variables BSOO_… or a .env file, each with a sentence of help."""

import re
from functools import cached_property
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SHORTEST_SECRET = 32

MAIL_PRESETS: dict[str, dict[str, int]] = {
    "": {},
    "microsoft-365": {"mail_connections": 3, "mail_per_minute": 30, "mail_per_day": 10_000},
}
"""Limits as the providers publish them (Microsoft: improvements in Exchange Online SMTP client submission)."""


BARE_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
IN_PASSWORDS = "in a name or a password write / as %2F, # as %23, ? as %3F and % as %25"


class Settings(BaseSettings):
    """How this installation runs; a wrong value stops the start with a clear message."""

    model_config = SettingsConfigDict(env_prefix="BSOO_", env_file=".env", extra="ignore", frozen=True)

    data: Path = Field(Path("data"), description="Folder for the SQLite database, the secret key and uploads.")
    database_url: str = Field("", description="SQLAlchemy address; empty means a SQLite file in BSOO_DATA.")
    base_url: str = Field("http://127.0.0.1:8000", description="The public address of the site, used in letters.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="At least 32 characters, for personal links; empty makes one in BSOO_DATA."
    )
    smtp_url: str = Field(
        "smtp://127.0.0.1:25", description="smtp://, smtp+starttls:// or smtps:// with user:password@host:port."
    )
    mail_from: str = Field(
        "bsoo@bsoo.example", description="The role mailbox that letters come from when a region has none of its own."
    )
    mail_bounces: str = Field(
        "",
        description="Where undeliverable mail returns to: bounce@host, as bounce+token@host; may be empty.",
    )
    dkim_key: Path | None = Field(
        None, description="A file with an RSA key (PEM) to sign letters with; empty leaves that to the mail server."
    )
    dkim_selector: str = Field("", max_length=63, description="The public key is at SELECTOR._domainkey.DOMAIN.")
    dkim_domain: str = Field("", max_length=253, description="The domain that signs: the one of BSOO_MAIL_FROM.")
    imap_url: str = Field(
        "",
        description="The mailbox for answers and bounces, imaps://user:password@host/INBOX; empty reads none.",
    )
    imap_handled: str = Field(
        "BSOO", max_length=60, description="The folder that handled mail moves to; nothing is ever deleted."
    )
    mail_piped: bool = Field(
        False, description="Whether your mail server hands what comes in to receive-mail, so that calendars may answer."
    )
    mail_authserv: str = Field(
        "",
        description="Your mail server by its name in Authentication-Results; forged answers then do not count.",
    )
    oauth_token_url: str = Field(
        "", description="Where to get tokens for XOAUTH2, as Microsoft 365 asks; empty means passwords."
    )
    oauth_client_id: str = Field("", description="The application that asks for tokens.")
    oauth_client_secret: SecretStr = Field(SecretStr(""), description="The secret of that application.")
    oauth_scope: str = Field(
        "https://outlook.office365.com/.default", description="What the token is for, as the token service calls it."
    )
    mail_connections: int = Field(3, ge=1, le=20, description="SMTP connections that one postman keeps open.")
    mail_preset: str = Field("", description="microsoft-365 keeps to its limits; what you set yourself goes before it.")
    mail_per_minute: int = Field(0, ge=0, description="Most letters a minute over all postmen; 0 means no limit.")
    mail_per_day: int = Field(0, ge=0, description="Most letters in 24 hours over all postmen; 0 means no limit.")
    mail_hold: int = Field(
        60, ge=0, le=3600, description="Seconds that a bulk mail waits before it begins, to hold it; 0 begins at once."
    )
    threads: int = Field(2, ge=1, le=64, description="Threads for requests in each process.")
    jobs: bool = Field(True, description="Whether this process runs the timetable (letters, reminders, cleaning).")
    trusted_proxies: str = Field("127.0.0.1", description="Addresses whose X-Forwarded headers are believed.")
    log_level: str = Field("info", description="debug, info, warning or error.")

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, values: dict[str, object]) -> dict[str, object]:
        name = str(values.get("mail_preset") or "")
        if name not in MAIL_PRESETS:
            raise ValueError(f"BSOO_MAIL_PRESET must be one of {', '.join(filter(None, MAIL_PRESETS))}, or empty")
        return {**MAIL_PRESETS[name], **values}

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("must begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: str) -> str:
        if _server(value, "smtp").path.strip("/"):
            raise ValueError(f"must end after the port; {IN_PASSWORDS}")
        return value

    @field_validator("imap_url")
    @classmethod
    def _imap_address(cls, value: str) -> str:
        if not value:
            return value
        parts = _server(value, "imap")
        if not parts.username:
            raise ValueError("must name the user whose mailbox it is: imaps://user:password@host/INBOX")
        cls._folder(unquote(parts.path.strip("/")) or "INBOX")
        return value

    @field_validator("mail_from", "mail_bounces")
    @classmethod
    def _bare_address(cls, value: str, info: ValidationInfo) -> str:
        """Of one mailbox, without a name; it goes into commands to the mail server."""
        if not BARE_ADDRESS.fullmatch(value) and (value or info.field_name == "mail_from"):
            raise ValueError("must be an e-mail address in plain letters, without a name: bsoo@example.org")
        return value

    @field_validator("imap_handled")
    @classmethod
    def _folder(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable() or '"' in value or "\\" in value or not value.strip():
            raise ValueError("must name a folder in plain letters, without quotes")
        return value

    @field_validator("oauth_token_url")
    @classmethod
    def _token_address(cls, value: str) -> str:
        parts = urlsplit(value)
        is_here = parts.hostname in {"127.0.0.1", "localhost"}
        if value and parts.scheme != "https" and not (is_here and parts.scheme == "http"):
            raise ValueError("must begin with https://")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @model_validator(mode="after")
    def _long_secret(self) -> "Settings":
        given = self.secret_key.get_secret_value()
        if given and len(given) < SHORTEST_SECRET:
            raise ValueError(f"BSOO_SECRET_KEY must have at least {SHORTEST_SECRET} characters")
        return self

    @model_validator(mode="after")
    def _can_log_in(self) -> "Settings":
        """A user has a password, or a service that gives tokens."""
        for name, address in (("BSOO_SMTP_URL", self.smtp_url), ("BSOO_IMAP_URL", self.imap_url)):
            parts = urlsplit(address)
            if parts.username and not parts.password and not self.oauth_token_url:
                raise ValueError(f"{name} names a user without a password; add it, or set BSOO_OAUTH_TOKEN_URL")
        return self

    @model_validator(mode="after")
    def _signs_as_somebody(self) -> "Settings":
        names = (self.dkim_selector, self.dkim_domain)
        if self.dkim_key is not None and not all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in names):
            raise ValueError("BSOO_DKIM_KEY needs BSOO_DKIM_SELECTOR and BSOO_DKIM_DOMAIN, in plain letters")
        return self

    @cached_property
    def database(self) -> str:
        """The database address in force."""
        return self.database_url or f"sqlite:///{(self.data / 'bsoo.sqlite3').absolute()}"

    @property
    def reads_answers(self) -> bool:
        """Whether what calendars answer comes in here."""
        return bool(self.imap_url) or self.mail_piped

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"


def _server(address: str, protocol: str) -> SplitResult:
    """A mail server's address in its parts. What is wrong with it is told without the address: a password is in it."""
    try:
        parts = urlsplit(address)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(f"must have a port of digits, or none; {IN_PASSWORDS}") from None
    is_ours = parts.scheme in {protocol, f"{protocol}+starttls", f"{protocol}s"}
    if not is_ours or not _is_host(parts.hostname or "") or not is_port:
        raise ValueError(
            f"must look like {protocol}s://user:password@host:port, {protocol}+starttls:// or {protocol}://"
        )
    if parts.query or parts.fragment or "@" in parts.path:
        raise ValueError(IN_PASSWORDS)
    return parts


def _is_host(name: str) -> bool:
    """Whether it can be looked up: a name of labels of 1 to 63 signs."""
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False
