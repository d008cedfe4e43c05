"""What domains publish for mail, read from a real DNS server on loopback, and the line to publish where one lacks."""

import base64
from pathlib import Path

import pytest

from bsoo.mail.checkup import published, spf
from bsoo.mail.checkup.findings import Finding, Record
from bsoo.mail.checkup.published import Signature
from bsoo.mail.signing import Signer, key_in
from tests import dns_server
from tests.dns_server import Zone

pytestmark = pytest.mark.once

HOST, SITE = "smtp.example.net", "overleg.example.org"
LONG_KEY = base64.b64encode(bytes(294)).decode()
SHORT_KEY = base64.b64encode(bytes(162)).decode()
WELL: Zone = {
    "example.org": {"MX": ["10 mail.example.org."], "TXT": ['"v=spf1 include:mail.example.net -all"', '"other=1"']},
    "mail.example.net": {"TXT": ['"v=spf1 a:smtp.example.net ip4:192.0.2.0/24 ~all"']},
    "smtp.example.net": {"A": ["198.51.100.7"]},
    "k1._domainkey.example.org": {"TXT": [f'"v=DKIM1; k=rsa; p={LONG_KEY[:200]}" "{LONG_KEY[200:]}"']},
    "_dmarc.example.org": {"TXT": ['"v=DMARC1; p=quarantine"']},
}
SIGNED = Signature("example.org", "k1")


def look(zone: Zone, *, host: str = HOST, signature: Signature | None = SIGNED) -> dict[str, Finding]:
    with dns_server.published(zone) as names:
        return {one.check: one for one in published.look(names, "example.org", host, SITE, signature)}


def verdicts(zone: Zone, *, host: str = HOST, signature: Signature | None = SIGNED) -> dict[str, str]:
    found = look(zone, host=host, signature=signature)
    return {check: finding.verdict.partition(".")[2] for check, finding in found.items()}


def with_text(name: str, *texts: str) -> Zone:
    kept = {kind: values for kind, values in WELL.get(name, {}).items() if kind != "TXT"}
    return {**WELL, name: {**kept, "TXT": [f'"{text}"' for text in texts]}}


def test_a_domain_that_publishes_everything_is_well() -> None:
    assert verdicts(WELL) == {"mx": "ok", "spf": "ok", "dkim": "ok", "dmarc": "ok"}


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 ip4:198.51.100.0/24 -all", "ok"),
        ("v=spf1 a:smtp.example.net ~all", "ok"),
        ("v=spf1 redirect=mail.example.net", "ok"),
        ("v=spf1 mx -all", "not-us"),
        ("v=spf1 -a:smtp.example.net -all", "not-us"),
        ("v=spf1 ip4:rubbish ?? include:nowhere.example.net -all", "not-us"),
        ("v=spf1 a:smtp.example.net +all", "open"),
        ("v=spf1 a:smtp.example.net all", "open"),
        ("v=spf1 " + " ".join(f"exists:e{n}.example.net" for n in range(11)) + " -all", "too-many"),
        ("v=spf2.0/pra -all", "none"),
    ],
)
def test_an_spf_line_is_followed_as_a_receiver_does(record: str, verdict: str) -> None:
    zone = {**with_text("example.org", record), "mail.example.org": {"A": ["203.0.113.1"]}}

    assert verdicts(zone)["spf"] == verdict


def test_two_spf_lines_are_none() -> None:
    assert verdicts(with_text("example.org", "v=spf1 -all", "v=spf1 mx -all"))["spf"] == "several"


@pytest.mark.parametrize(
    ("host", "before", "after"),
    [
        (HOST, None, "v=spf1 a:smtp.example.net ~all"),
        ("127.0.0.1", None, "v=spf1 a:overleg.example.org ~all"),
        ("192.0.2.9", "v=spf1 mx -all", "v=spf1 mx ip4:192.0.2.9 -all"),
        ("smtp.office365.com", "v=spf1 mx", "v=spf1 mx include:spf.protection.outlook.com"),
    ],
)
def test_the_line_to_publish_names_whoever_sends_for_us(host: str, before: str | None, after: str) -> None:
    finding = look(with_text("example.org", before or "other=1"), host=host)["spf"]

    assert finding.record == Record("example.org", after)


def test_an_spf_line_that_leads_round_in_a_circle_ends() -> None:
    with dns_server.published(with_text("mail.example.net", "v=spf1 include:example.org -all")) as names:
        reading = spf.read(names, "example.org", "v=spf1 include:mail.example.net -all", ["192.0.2.1"])

    assert (reading.names_us, reading.end, reading.lookups) == (False, "-all", 2)


@pytest.mark.parametrize(
    ("signature", "text", "verdict"),
    [
        (None, "", "unseen"),
        (Signature("example.net", "k1"), "", "elsewhere"),
        (Signature("mail.example.org", "k1"), "", "none"),
        (Signature("example.org", "k2"), "", "none"),
        (SIGNED, "v=DKIM1; p=", "withdrawn"),
        (SIGNED, f"v=DKIM1; p={SHORT_KEY}", "weak"),
        (SIGNED, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "ok"),
    ],
)
def test_the_key_that_signs_is_looked_for_where_the_letter_says(
    signature: Signature | None, text: str, verdict: str
) -> None:
    zone = with_text("k1._domainkey.example.org", text) if text else WELL

    assert verdicts(zone, signature=signature)["dkim"] == verdict


@pytest.mark.parametrize(
    ("published_key", "verdict"),
    [("ours", "ok"), (SHORT_KEY, "another"), ("", "another"), (None, "unpublished")],
)
def test_our_own_key_is_looked_for_and_the_line_to_publish_is_given(published_key: str | None, verdict: str) -> None:
    own = Signer("k1", "example.org", key_in(Path(__file__).parent / "certificates" / "dkim.pem"))
    key = own.public if published_key == "ours" else published_key
    zone = {name: texts for name, texts in WELL.items() if name != own.published_at}
    if key is not None:
        zone |= {own.published_at: {"TXT": [f'"v=DKIM1; p={key[:200]}" "{key[200:]}"']}}

    with dns_server.published(zone) as names:
        found = {one.check: one for one in published.look(names, "example.org", HOST, SITE, None, own)}["dkim"]

    assert found.verdict == f"dkim.{verdict}"
    assert found.record == (None if verdict == "ok" else Record(own.published_at, own.record))


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["v=DMARC1; p=reject"], "ok"),
        (["v=DMARC1; p=none; rua=mailto:x@example.org"], "watching"),
        (["v=DMARC1; sp=reject"], "unclear"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "several"),
        (["other=1"], "none"),
    ],
)
def test_dmarc_is_read_as_published(texts: list[str], verdict: str) -> None:
    assert verdicts(with_text("_dmarc.example.org", *texts))["dmarc"] == verdict


def test_dmarc_of_the_domain_above_counts_for_one_below() -> None:
    with dns_server.published({**WELL, "amsterdam.example.org": {"MX": ["10 mail.example.org."]}}) as names:
        found = list(published.look(names, "amsterdam.example.org", HOST, SITE, SIGNED))

    assert [one.verdict for one in found] == ["mx.ok", "spf.none", "dkim.ok", "dmarc.ok"]


def test_a_domain_that_does_not_exist_or_takes_no_mail_is_named() -> None:
    null = {**WELL, "example.org": {**WELL["example.org"], "MX": ["0 ."]}}

    assert verdicts({"example.net": {}})["mx"] == "no-domain"
    assert verdicts(null)["mx"] == "none"


def test_without_dns_one_finding_says_so_and_nothing_waits() -> None:
    names = dns_server.silent()

    found = [one.verdict for _again in range(3) for one in published.look(names, "example.org", HOST, SITE, None)]

    assert found == ["dns.silent"] * 3
