"""The two notations of SHA-256 in the ballot protocol (protocol.md section 1)."""

import base64
import hashlib


def b64(text: str) -> str:
    """Return standard Base64 of SHA-256 of a text, without ``=``: 43 characters."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()[:43]


def hex_digest(text: str) -> str:
    """Return lower-case hexadecimal SHA-256 of a text: 64 digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
