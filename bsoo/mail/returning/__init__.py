"""Mail that comes in: what it is and of whom it speaks. Pure: one raw message goes in, no database is asked."""
