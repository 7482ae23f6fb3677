"""Bad input at the real program: one clear line with a code, the right exit status, nothing
half-written, never a traceback. Here: election files and settings.
"""

from typing import Any

import pytest

from desk import SURVEY, UNUSABLE, Desk


@pytest.mark.parametrize(
    ("text", "code", "names"),
    [
        ('slug = "a\n', "toml_broken", "line 1"),
        ("\udce3\udc81", "toml_broken", "UTF-8"),
        ("", "key_missing", "languages"),
    ],
    ids=["broken", "not UTF-8", "empty"],
)
def test_a_broken_election_file(desk: Desk, text: str, code: str, names: str) -> None:
    desk.write("a.toml", text.encode("utf-8", "surrogateescape"))
    said = desk.refused(code, UNUSABLE, "check", "a.toml")
    assert "a.toml" in said
    assert names in said


@pytest.mark.parametrize(
    ("old", "new", "code", "names"),
    [
        (
            'opens = "2025-02-20 (Thu)',
            'opens = "2025-02-20 (Fri)',
            "weekday_contradicts",
            "period.opens",
        ),
        ('provider = "my-number-card"', 'provider = "iris"', "plugin_unknown", "iris"),
        ('ballot_scheme = "homomorphic"', 'ballot_scheme = "abc"', "plugin_unknown", "abc"),
        ('tally_method = "plurality"', 'tally_method = "dice"', "plugin_unknown", "dice"),
    ],
    ids=["weekday", "provider", "scheme", "method"],
)
def test_an_election_file_that_contradicts_itself_or_us(
    desk: Desk, old: str, new: str, code: str, names: str
) -> None:
    text = SURVEY.read_text(encoding="utf-8")
    assert old in text
    desk.write("a.toml", text.replace(old, new, 1))
    assert names in desk.refused(code, UNUSABLE, "check", "a.toml")


@pytest.mark.parametrize("command", ["check", "rehearse"])
def test_an_election_file_that_is_not_there(desk: Desk, command: str) -> None:
    desk.refused("file_unreadable", UNUSABLE, command, "nothing.toml")


@pytest.mark.parametrize(
    "words",
    [("plugins",), ("check", SURVEY), ("verify", "nothing"), ("election", "show")],
    ids=lambda words: words[0],
)
def test_settings_that_name_an_unknown_plugin(desk: Desk, words: tuple[Any, ...]) -> None:
    desk.write("a.ini", "[app:main]\ntsukuba_trust.plugins = homomorphic nosuch\n")
    said = desk.refused("plugin_unknown", UNUSABLE, *words, "--settings", "a.ini")
    assert "nosuch" in said


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "settings_missing"),
        ("state = 1\n", "settings_unreadable"),
        ("[app:main]\ntsukuba_trust.stat = x\n", "setting_unknown"),
        (b"\xff\xfe", "settings_unreadable"),
    ],
    ids=["absent", "no section", "misspelt", "not text"],
)
def test_settings_that_cannot_be_read(desk: Desk, text: Any, code: str) -> None:
    if text is not None:
        desk.write("a.ini", text)
    desk.refused(code, UNUSABLE, "plugins", "--settings", "a.ini")
