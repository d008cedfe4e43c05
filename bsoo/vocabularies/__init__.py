"""What administrators do with the managed lists: add a word, call it otherwise, move it, close it, merge it."""
