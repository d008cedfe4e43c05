"""The table "Referral Page" of helpful-information: every key that the app knows, sorted, also the empty ones. Pure."""

from datetime import date

from bsoo.i18n import gettext as _

KEYS = """
contact.feedback-url contact.tel contact.telegram contact.whatsapp feedback.answer.negative feedback.answer.positive
feedback.question feedback.result.negative feedback.result.positive feedback.share-cta feedback.thanks highlights.cta
highlights.items highlights.items.0 highlights.title label.feedback.cta label.last-updated locale.alternatives
locale.alternatives.explanation locale.dir locale.language logo main.footer main.heading main.intro main.notification
name nav.main offer.address offer.email offer.need-to-know offer.open.week offer.open.weekend offer.phone offer.website
search.cta search.intro search.items search.items.0 search.title timestamp.last-updated
"""
"""In alphabetical order, which puts each key before those that begin with it."""


def referral_page(region: str, language: str, today: date) -> list[list[str]]:
    """One key a row with its value beside it."""
    told = _values(region, language, today)
    return [["#KEY", "#VALUE"], *([f"#{key}", told.get(key, "")] for key in KEYS.split())]


def _values(region: str, language: str, today: date) -> dict[str, str]:
    return {
        "feedback.answer.negative": _("No"),
        "feedback.answer.positive": _("Yes"),
        "feedback.question": _("Did this help you?"),
        "feedback.result.negative": _("Thank you. We will look at it."),
        "feedback.result.positive": _("Thank you."),
        "feedback.thanks": _("Thank you."),
        "highlights.cta": _("What is new"),
        "highlights.items": _("changes"),
        "highlights.items.0": _("Nothing new at the moment"),
        "highlights.title": _("What is new"),
        "label.feedback.cta": _("Tell us what you think"),
        "label.last-updated": _("Last changed:"),
        "locale.dir": "ltr",
        "locale.language": language,
        "main.footer": _("Is something wrong? Then tell the organisation itself."),
        "main.heading": _("Help in %(region)s", region=region),
        "main.intro": _("Help for people without papers. Nobody here asks for your papers."),
        "name": region,
        "nav.main": _("Begin"),
        "offer.address": _("Address"),
        "offer.email": _("E-mail"),
        "offer.need-to-know": _("Good to know"),
        "offer.open.week": _("Open on weekdays"),
        "offer.open.weekend": _("Open in the weekend"),
        "offer.phone": _("Telephone"),
        "offer.website": _("Website"),
        "search.cta": _("Search"),
        "search.intro": _("Search by a word, such as ‘doctor’."),
        "search.items": _("results"),
        "search.items.0": _("Nothing found. Try another word."),
        "search.title": _("Search"),
        "timestamp.last-updated": today.isoformat(),
    }
