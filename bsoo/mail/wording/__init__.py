"""The words of letters: texts with placeholders, built in or edited, of which text and HTML are made."""
