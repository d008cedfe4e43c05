"""What was said and agreed: typed blocks, decisions and actions."""
