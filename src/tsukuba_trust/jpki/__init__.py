"""The My Number Card: certificate profile, pinned authorities, signed text, validator. Pure."""
