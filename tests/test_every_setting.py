"""Every setting can be found in the README, is explained, and stops the start when it is wrong."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bsoo.settings import Settings

pytestmark = pytest.mark.once

README = Path(__file__).parent.parent / "README.md"

WRONG = {
    "BSOO_BASE_URL": "bsoo.example",
    "BSOO_SMTP_URL": "localhost:25",
    "BSOO_IMAP_URL": "mail.example",
    "BSOO_MAIL_FROM": "BSOO <bsoo@example.org>",
    "BSOO_MAIL_BOUNCES": "bounce",
    "BSOO_IMAP_HANDLED": "over\\there",
    "BSOO_OAUTH_TOKEN_URL": "http://login.example/token",
    "BSOO_SECRET_KEY": "short",
    "BSOO_MAIL_CONNECTIONS": "0",
    "BSOO_MAIL_PER_MINUTE": "-1",
    "BSOO_MAIL_PER_DAY": "-1",
    "BSOO_MAIL_PRESET": "carrier-pigeon",
    "BSOO_THREADS": "many",
    "BSOO_JOBS": "perhaps",
    "BSOO_LOG_LEVEL": "loud",
}


def names() -> list[str]:
    return [f"BSOO_{field.upper()}" for field in Settings.model_fields]


def test_every_setting_is_in_the_readme() -> None:
    assert "BSOO_DATABASE_URL" in names(), "the walk itself is broken"
    assert set(re.findall(r"\bBSOO_[A-Z_]+\b", README.read_text())) - {"BSOO_TEST_DATABASE_URL"} == set(names())


def test_every_setting_has_a_sentence_of_help() -> None:
    without = [
        name for name, field in Settings.model_fields.items() if not re.search(r"\w{3}.*\.$", field.description or "")
    ]

    assert without == []


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_value_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, WRONG[name])

    with pytest.raises(ValidationError) as refusal:
        Settings(_env_file=None)

    assert name.removeprefix("BSOO_").lower() in str(refusal.value).lower()


@pytest.mark.parametrize("name", ["BSOO_SMTP_URL", "BSOO_IMAP_URL"])
@pytest.mark.parametrize(
    "rest",
    [
        "ann:12#geheim@host",
        "ann:12/geheim@host",
        "ann:12?geheim@host",
        "ann:ge[heim@host",
        "ann:geheim@host:99999",
        "ann:geheim@host:imap",
        "ann:geheim@host:0",
        "ann:geheim@mail..host",
        "ann:geheim@host/%C3%9Cberall",
        "ann@host",
    ],
)
def test_what_would_be_another_server_than_was_meant_stops_the_start_and_tells_no_password(
    name: str, rest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, f"{name[5:9].lower()}s://{rest}")

    with pytest.raises(ValidationError) as refusal:
        Settings(_env_file=None)

    [error] = refusal.value.errors(include_url=False, include_input=False)
    assert error["loc"] == (name.removeprefix("BSOO_").lower(),) or name in error["msg"]
    assert "heim" not in error["msg"]


def test_a_preset_keeps_to_the_limits_of_a_provider_and_what_was_set_goes_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BSOO_MAIL_PRESET", "microsoft-365")
    monkeypatch.setenv("BSOO_MAIL_PER_MINUTE", "20")

    settings = Settings(_env_file=None)

    assert (settings.mail_connections, settings.mail_per_minute, settings.mail_per_day) == (3, 20, 10_000)
