"""Ballot schemes."""
