"""The doctor says what is well, what is not, and what to do about it."""

from pathlib import Path

import pytest

from bsoo import doctor, installation
from bsoo.db import Database
from bsoo.settings import Settings
from tests import dns_server
from tests.dns_server import Zone
from tests.mailhost import mailhost

CHECKS = ["settings", "database", "migrations", "mail connection", "clock", "disk"]
"""Those that are always there; how far mail is looked at depends on what is found."""

WELL: Zone = {
    "example.org": {"MX": ["10 mail.example.org."], "TXT": ['"v=spf1 a:overleg.example.org -all"']},
    "overleg.example.org": {"A": ["192.0.2.7"]},
    "_dmarc.example.org": {"TXT": ['"v=DMARC1; p=reject"']},
}


def settings_of(folder: Path, smtp_url: str = "smtp://127.0.0.1:1") -> Settings:
    return Settings(
        _env_file=None,
        data=folder,
        base_url="https://overleg.example.org",
        mail_from="overleg@example.org",
        smtp_url=smtp_url,
    )


def examined(settings: Settings) -> dict[str, doctor.Finding]:
    with dns_server.published(WELL) as names:
        found = {
            finding.name: finding for finding in doctor.examine(settings, Database(settings.database), names=names)
        }
    assert [name for name in found if name in CHECKS] == CHECKS
    return found


@pytest.mark.once
def test_a_prepared_installation_with_a_mail_server_is_well(tmp_path: Path) -> None:
    with mailhost() as host:
        settings = settings_of(tmp_path, host.url)
        installation.prepare(settings, Database(settings.database))

        found = examined(settings)

    assert [finding.name for finding in found.values() if not finding.ok] == []
    assert found["logbook"].text == "Nothing was written yet."
    looked_at = ("connection", "tls", "login", "sender", "organizer", "mailbox", "mx", "spf", "dkim", "dmarc")
    assert [name.removeprefix("mail ") for name in found if name.startswith("mail ")] == list(looked_at)


@pytest.mark.once
def test_before_the_first_start_there_is_no_database_and_none_is_made(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "later" / "data")

    found = examined(settings)

    assert found["database"].text.startswith("There is none yet; `python3 -m bsoo serve` makes ")
    assert (found["database"].ok, found["migrations"].ok, found["disk"].ok) == (False, False, True)
    assert not settings.data.exists()


@pytest.mark.once
def test_a_silent_mail_server_is_named_with_what_to_check(tmp_path: Path) -> None:
    found = examined(settings_of(tmp_path))["mail connection"]

    assert not found.ok
    assert found.text.startswith("127.0.0.1 does not answer at port 1: ")
    assert "BSOO_SMTP_URL" in found.text


@pytest.mark.once
def test_personal_links_over_http_and_an_unset_sender_are_faults(tmp_path: Path) -> None:
    plain = settings_of(tmp_path).model_copy(update={"base_url": "http://overleg.example.org"})
    unset = settings_of(tmp_path).model_copy(update={"mail_from": Settings(_env_file=None).mail_from})

    assert examined(plain)["settings"].text.startswith("BSOO_BASE_URL is http://")
    assert examined(unset)["settings"].text.startswith("BSOO_MAIL_FROM is not set")


@pytest.mark.once
def test_an_empty_database_has_old_tables(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    Path(settings.database.removeprefix("sqlite:///")).touch()

    found = examined(settings)["migrations"]

    assert (found.ok, found.text) == (
        False,
        "The tables are old. Make a backup and run `python3 -m bsoo serve --migrate`.",
    )


@pytest.mark.once
def test_what_is_missing_in_dns_comes_with_the_line_to_publish(tmp_path: Path) -> None:
    with mailhost() as host, dns_server.published({"example.org": {"MX": ["10 mail.example.org."]}}) as names:
        settings = settings_of(tmp_path, host.url)
        found = {one.name: one for one in doctor.examine(settings, Database(settings.database), names=names)}

    assert not found["mail spf"].ok
    assert found["mail spf"].text.endswith(" example.org TXT v=spf1 a:overleg.example.org ~all")
    assert found["mail dmarc"].ok
    assert "_dmarc.example.org TXT v=DMARC1; p=none" in found["mail dmarc"].text


@pytest.mark.once
def test_without_dns_the_doctor_says_so_and_finds_no_fault_in_it(tmp_path: Path) -> None:
    with mailhost() as host:
        settings = settings_of(tmp_path, host.url)
        installation.prepare(settings, Database(settings.database))
        found = doctor.examine(settings, Database(settings.database), names=dns_server.silent())

    assert [(one.name, one.ok) for one in found if "dns" in one.name] == [("mail dns", True)]
    assert all(one.ok for one in found)
