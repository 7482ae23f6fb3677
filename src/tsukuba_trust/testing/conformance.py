"""What all three kits share: the contract itself, no network, values that stay values."""

import json
import socket
from dataclasses import fields, is_dataclass
from typing import Any, NoReturn

import pytest
from zope.interface.interface import InterfaceClass
from zope.interface.verify import verifyObject


class Conformance:
    """A plugin, its contract, and no network."""

    interface: InterfaceClass

    @pytest.fixture
    def plugin(self) -> Any:
        pytest.fail("the kit needs a fixture `plugin`")

    @pytest.fixture(autouse=True)
    def offline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Refuse every connection; override it for a provider with a service of its own."""

        def connect(*_: Any) -> NoReturn:
            pytest.fail("a plugin must not use the network")

        monkeypatch.setattr(socket.socket, "connect", connect)

    def test_it_keeps_its_contract(self, plugin: Any) -> None:
        verifyObject(self.interface, plugin, tentative=False)

    def test_its_name_can_be_written_into_a_file(self, plugin: Any) -> None:
        assert plugin.name == plugin.name.strip().lower()
        assert plugin.name.isascii()
        assert plugin.name


def is_plain(value: Any) -> bool:
    """Tell whether a value survives JSON unchanged and holds no decimal number."""
    return bool(json.loads(json.dumps(value, allow_nan=False)) == value) and not has_float(value)


def has_float(value: Any) -> bool:
    """Tell whether a floating-point number stands anywhere inside."""
    if isinstance(value, float):
        return True
    if isinstance(value, dict):
        return any(has_float(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(has_float(inner) for inner in value)
    if is_dataclass(value):
        return any(has_float(getattr(value, field.name)) for field in fields(value))
    return False
