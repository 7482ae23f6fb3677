"""Elections as data: their files, their frozen definitions, their rules."""
