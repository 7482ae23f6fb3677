"""SHA-256 as it is written in the ballot protocol (protocol.md section 1)."""

import base64
import hashlib


def b64(text: str) -> str:
    """Return standard Base64 of SHA-256 of a text, without ``=``: 43 characters."""
    return digest_b64(hashlib.sha256(text.encode("utf-8")).digest())


def digest_b64(digest: bytes) -> str:
    """Return standard Base64 of a digest of 32 bytes, without ``=``."""
    return base64.b64encode(digest).decode("ascii").rstrip("=")
