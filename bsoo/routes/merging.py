"""Merging."""

from bsoo.meetings import merging as meetings
from bsoo.registry.merge_rules import RULES as REGISTRY
from bsoo.registry.uniting import Rules
from bsoo.signals import merging as signals

RULES: Rules = {**REGISTRY, **signals.RULES, **meetings.RULES}
"""What stays where two rows would be one, for every table."""
