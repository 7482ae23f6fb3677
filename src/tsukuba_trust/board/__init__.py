"""The public board: entries, Merkle log, checkpoints, records and archives. Pure."""
