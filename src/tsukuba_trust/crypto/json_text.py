"""JSON texts of the ballot protocol: read strictly, written in canonical form.

Canonical form (protocol.md section 1): no white space, fields in the order given,
absent fields left out, UTF-8 not escaped.
"""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Json


def write(value: Json) -> str:
    """Return the canonical text of a value; fields stay in their order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(text: str, *, code: str, step: str = "") -> Json:
    """Read a text; field names twice, floats and half surrogates are refused.

    Two programs may read such texts differently, and a signature would then cover
    two meanings.

    :raises Rejected: with the caller's code, which says what the text should have been
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse
        )
        if "\\u" in text:
            write(value).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Rejected(code, "not a JSON text of this protocol", step=step) from error
    return value


def fields(value: Json, names: Sequence[str], *, code: str, step: str = "") -> list[Any]:
    """Return the values of an object that has exactly these fields, in any order.

    :raises Rejected: it is no object, or a field is missing or unknown
    """
    if not isinstance(value, dict) or set(value) != set(names):
        raise Rejected(code, f"needs exactly the fields {', '.join(names)}", step=step)
    return [value[name] for name in names]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"no such number: {text[:20]}")
