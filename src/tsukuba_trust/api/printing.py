"""Both schemas as text, sorted, so that a change is seen in review."""

from functools import cache
from typing import Final

from graphql import lexicographic_sort_schema, print_schema

from tsukuba_trust.api.booth import SCHEMA
from tsukuba_trust.api.public import public_schema

NAMES: Final = ("schema", "booth")


@cache
def schema_text(name: str) -> str:
    """Return the printed schema of the portal (``schema``) or of the voting host (``booth``)."""
    schema = public_schema() if name == "schema" else SCHEMA
    # Strawberry's own sorting breaks unions; only what is printed is sorted.
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"
