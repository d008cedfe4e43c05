"""Contact lists that come in: read, judged row by row, written in one transaction, and taken back."""
