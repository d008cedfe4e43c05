"""What partners offer people without papers: the social map, kept by coordinators and shown to everybody."""
