"""The demo: a fictional network that lives through its quarters. Nothing of it can be reached in production."""
