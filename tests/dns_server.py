"""A DNS server on loopback that publishes what a test says."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset

from bsoo.mail.checkup.names import Names

Zone = Mapping[str, Mapping[str, list[str]]]
"""Records by name and kind: {"example.org": {"TXT": ['"v=spf1 -all"']}}."""


@contextmanager
def published(zone: Zone) -> Iterator[Names]:
    """Names that are answered from this zone alone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(line, zone), daemon=True)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], line.getsockname()[1]
        try:
            yield Names(resolver)
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
                end.sendto(b"", line.getsockname())
            thread.join(5)


def silent() -> Names:
    """Names of a resolver that is not there."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 9
    resolver.timeout = resolver.lifetime = 0.2
    return Names(resolver, seconds=0.2)


def _serve(line: socket.socket, zone: Zone) -> None:
    while True:
        packet, sender = line.recvfrom(4096)
        if not packet:
            return
        line.sendto(_answer(dns.message.from_wire(packet), zone).to_wire(), sender)


def _answer(asked: dns.message.Message, zone: Zone) -> dns.message.Message:
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.AA
    question = asked.question[0]
    name, kind = question.name.to_text().rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
    below = any(known.endswith(f".{name}") for known in zone)
    if name not in zone and not below:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif kind in zone.get(name, {}):
        answer.answer.append(dns.rrset.from_text(question.name, 60, dns.rdataclass.IN, kind, *zone[name][kind]))
    return answer
