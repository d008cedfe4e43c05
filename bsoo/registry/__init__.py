"""Who is in the network: organisations, contacts, their roles and their regions."""
