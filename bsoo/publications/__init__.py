"""What the network and the public may read, numbered and immutable."""
