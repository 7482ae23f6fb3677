"""The rehearsal: simulated people, everything else real."""
