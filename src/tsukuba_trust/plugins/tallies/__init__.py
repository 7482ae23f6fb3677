"""Tally methods: one per file."""
