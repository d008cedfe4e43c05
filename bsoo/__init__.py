"""Plans the quarterly BSOO meetings, keeps their network right and closes the loop on what partners signal."""

__version__ = "0.1.0"
