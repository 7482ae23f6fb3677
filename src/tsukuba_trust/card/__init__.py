"""The reader of My Number Cards, and what a person at a counter or kiosk sees of it.

Needs the extra ``[card]`` only where a real reader is used; everything else imports and
runs without it.
"""
