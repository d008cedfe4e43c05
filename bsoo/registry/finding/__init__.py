"""Finding people: the list, its search and filters, what is kept of it, and changes to many at once."""
