"""Options of a contest: one key, one display name per language, labels per medium."""

import unicodedata

from tsukuba_trust.elections.complaint import Complain
from tsukuba_trust.elections.reading import SLUG
from tsukuba_trust.values import Contest, Option


def check_options(contest: Contest, where: str, fail: Complain) -> None:
    """Check the options of a contest.

    :param where: the contest's place in the file
    """
    if not contest.options:
        fail("options_missing", f"{where}.options", "a contest has at least one option")
    _check_keys(contest, where, fail)
    _check_names(contest, where, fail)
    _check_labels(contest, where, fail)


def _check_keys(contest: Contest, where: str, fail: Complain) -> None:
    """Refuse a key that stands there twice: two display names for one option (B33)."""
    seen: dict[str, Option] = {}
    for number, option in enumerate(contest.options):
        place = f"{where}.options[{number}]"
        if not SLUG.fullmatch(option.key):
            fail("key_malformed", f"{place}.key", "words of a-z and 0-9 with hyphens")
        first = seen.setdefault(option.key, option)
        if first is not option and first.name != option.name:
            detail = f"{option.key} is also called {first.name.official}; use aliases"
            fail("two_display_names", f"{place}.name", detail)
        if first is not option:
            fail("option_twice", f"{place}.key", f"{option.key} stands there twice")


def _check_names(contest: Contest, where: str, fail: Complain) -> None:
    """Refuse names that point to two options: a display name or alias of another one."""
    owners: dict[tuple[str, str], str] = {}
    for number, option in enumerate(contest.options):
        for language, name in option.name.variants:
            owner = owners.setdefault((language, _folded(name)), option.key)
            if owner != option.key:
                detail = f"{name} is also the name of {owner}"
                fail("name_twice", f"{where}.options[{number}].name.{language}", detail)
    for number, option in enumerate(contest.options):
        for place, alias in enumerate(option.aliases):
            for language, name in alias.variants:
                owner = owners.setdefault((language, _folded(name)), option.key)
                if owner != option.key:
                    key = f"{where}.options[{number}].aliases[{place}].{language}"
                    fail("alias_ambiguous", key, f"{name} also means {owner}")


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _check_labels(contest: Contest, where: str, fail: Complain) -> None:
    """Check that a medium labels every option, and each one differently (B34)."""
    media = {medium for option in contest.options for medium, _ in option.labels}
    for medium in sorted(media):
        labels: set[str] = set()
        for number, option in enumerate(contest.options):
            key = f"{where}.options[{number}].labels.{medium}"
            label = dict(option.labels).get(medium)
            if label is None:
                fail("label_missing", key, f"other options have a label on {medium}")
            if label in labels:
                fail("label_twice", key, f"{label} stands there twice")
            labels.add(label)
