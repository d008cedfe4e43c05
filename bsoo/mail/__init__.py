"""One letter to one person: queued with its cause, sent once, never lost in silence."""
