"""Tables and queries: the public board, the roll, identification attempts."""
