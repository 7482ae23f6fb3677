"""Use cases over the stores: one plain class or function per step of an election."""
