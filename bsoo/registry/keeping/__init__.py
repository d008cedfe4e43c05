"""Keeping the registry right: who left, what people say of their own details, and whose record needs a look."""
