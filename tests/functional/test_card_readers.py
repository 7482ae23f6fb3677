"""A machine without pyscard, its service or a reader: one line says what is missing."""

import subprocess
import sys

import pytest

from tsukuba_trust.card.pcsc import Readers, failure
from tsukuba_trust.errors import Misconfigured, Refused, Unavailable


def test_without_pyscard_the_error_names_the_extra_and_the_packages(monkeypatch):
    monkeypatch.setitem(sys.modules, "smartcard", None)
    with pytest.raises(Misconfigured) as caught:
        Readers()
    assert caught.value.code == "card_extra_missing"
    for name in ("tsukuba-trust[card]", "pcscd", "libpcsclite-dev", "gcc"):
        assert name in str(caught.value)


def test_without_pyscard_everything_else_loads_and_the_command_ends_in_one_line():
    script = (
        "import importlib, pkgutil, sys\n"
        "sys.modules['smartcard'] = None\n"
        "import tsukuba_trust\n"
        "from tsukuba_trust.cli import main\n"
        "for one in pkgutil.walk_packages(tsukuba_trust.__path__, 'tsukuba_trust.'):\n"
        "    one.name.endswith('__main__') or importlib.import_module(one.name)\n"
        "sys.argv = ['tsukuba-trust', 'card', '--kiosk', 'https://vote.example/survey']\n"
        "sys.exit(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: card_extra_missing: install tsukuba-trust[card]; on Debian")


@pytest.mark.parametrize(
    ("code", "kind", "name"),
    [
        (0x8010000B, Refused, "card_in_use"),
        (0x80100069, Refused, "card_unreadable"),
        (0x80100069 - (1 << 32), Refused, "card_unreadable"),
        (0x80100068, Refused, "card_unreadable"),
        (0x8010000C, Refused, "card_unreadable"),
        (0x8010001D, Unavailable, "reader_service_missing"),
        (0x8010002E, Unavailable, "reader_missing"),
        (0x12345678, Refused, "card_unreadable"),
    ],
)
def test_return_codes_are_mapped_by_number(code, kind, name):
    found = failure(code)
    assert (type(found), found.code) == (kind, name)
