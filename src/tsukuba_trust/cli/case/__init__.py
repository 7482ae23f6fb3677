"""Tally cases: elections as JSON files, read with line and column, counted, put into words."""
