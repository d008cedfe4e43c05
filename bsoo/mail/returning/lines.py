"""What a mail is, for machines: one object for each address that it speaks of."""

from bsoo.mail.returning.kinds import Mail

Line = dict[str, str | None]


def lines(file: str, mail: Mail) -> list[Line]:
    return [
        {
            "file": file,
            "kind": str(mail.kind),
            "class": str(about.cause) if about.cause else None,
            "address": about.address or None,
            "answer": str(about.answer) if about.answer else None,
            "words": about.words or None,
            "away_until": mail.away_until.isoformat() if mail.away_until else None,
        }
        for about in mail.about
    ]
