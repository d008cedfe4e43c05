"""Proofs that take minutes, so that they are run by name and not on every push: `python3 -m bsoo test tests/proofs`."""
