"""Records that are one: found, made one field by field, and parted again."""
