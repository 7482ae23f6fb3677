"""An outcome as lines that a person reads: what, who, how many, why."""

from collections.abc import Iterator, Mapping

from tsukuba_trust.values import Json

_PLAIN = ("reason", "vacant", "valid", "blank", "invalid", "legal_minimum", "quota", "turnout")


def lines(method: str, words: Mapping[str, Json]) -> Iterator[str]:
    """Yield the lines of one outcome."""
    yield f"{method}: {words['status']}"
    if "elected" in words:
        yield f"  elected: {_list(words['elected'])}"
    if tied := words.get("tied"):
        yield f"  a lot must be drawn between: {_list(tied['candidates'])}"
        for key in ("seats", "stage", "kind"):
            if key in tied:
                yield f"    {key}: {tied[key]}"
        if "possible_elected" in tied:
            sets = " | ".join(_list(one) for one in tied["possible_elected"])
            yield f"    elected would be: {sets}"
    if "outcome" in words:
        yield f"  outcome: {words['outcome'] or 'none'}"
    for key in _PLAIN:
        if key in words:
            yield f"  {key.replace('_', ' ')}: {words[key]}"
    for key in ("totals", "seats", "finalists", "runoff", "majority_grade", "questions"):
        if key in words:
            yield from _table(key, words[key])
    if "ranking" in words:
        yield f"  ranking: {' > '.join(' = '.join(group) for group in words['ranking'])}"
    for number, row in enumerate(words.get("rounds", ()), 1):
        yield f"  round {number}: {_facts(row)}"


def _list(names: list[str]) -> str:
    return ", ".join(names) or "nobody"


def _table(name: str, content: Json) -> Iterator[str]:
    if not isinstance(content, Mapping):
        yield f"  {name}: {_list(content)}"
        return
    yield f"  {name.replace('_', ' ')}:"
    for key, value in content.items():
        yield f"    {key}: {_facts(value) if isinstance(value, Mapping) else value}"


def _facts(row: Mapping[str, Json]) -> str:
    words = []
    for key, value in row.items():
        shown = value
        if isinstance(value, Mapping):
            shown = ", ".join(f"{name} {votes}" for name, votes in value.items())
        elif isinstance(value, list):
            shown = _list(value)
        words.append(f"{key.replace('_', ' ')}: {shown}")
    return "; ".join(words)
