"""Whether mail works from here, step by step: what was seen, and what to change. The page and the doctor share it."""
