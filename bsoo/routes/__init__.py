"""The edge of the application: HTTP in, HTML out; nothing below knows about either."""
