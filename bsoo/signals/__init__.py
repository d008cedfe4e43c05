"""What partners see happen: needs, changes and policy, and what became of them."""
