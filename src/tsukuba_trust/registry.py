"""Plugins: found by entry point, switched on by name, checked against their contract.

Installed is not active: nothing that lies on the path runs until the office names it
(style.md 2.5). Our own plugins come through the same entry points as a vendor's. A
plugin is a module with ``includeme(config)``, where ``config`` offers ``get_settings`` and
the three ``add_…`` directives, as a Pyramid configurator does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any, Final

from zope.interface import Invalid
from zope.interface.interface import InterfaceClass
from zope.interface.verify import verifyObject

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.interfaces import IBallotScheme, IIdentityProvider, ITallyMethod
from tsukuba_trust.revocation import IRevocation

GROUP: Final = "tsukuba_trust.plugins"
REVOCATION: Final = "tsukuba_trust.revocation"
DEFAULT_PLUGINS: Final = (
    "homomorphic",
    "preference",
    "plurality",
    "approval",
    "choose-k",
    "confidence",
    "referendum",
    "borda",
    "schulze",
    "irv",
    "stv",
    "dhondt",
    "sainte-lague",
    "sainte-lague-modified",
    "score",
    "star",
    "majority-judgment",
    "evaluation",
    "my-number-card",
    "roll-code",
)
KINDS: Final[Mapping[str, InterfaceClass]] = MappingProxyType(
    {
        "identity_provider": IIdentityProvider,
        "ballot_scheme": IBallotScheme,
        "tally_method": ITallyMethod,
    }
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who brought a plugin: distribution and version; both empty when registered by hand."""

    distribution: str = ""
    version: str = ""

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}" if self.distribution else "no distribution"


class Registry:
    """The plugins that are switched on, by kind and name.

    :param settings: the ini's keys, from which a plugin reads its own (``acme.*``)
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.settings: Mapping[str, str] = MappingProxyType(dict(settings or {}))
        self._plugins: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self._origins: dict[tuple[str, str], Origin] = {}
        self._loading = Origin()

    def get_settings(self) -> Mapping[str, str]:
        """Return the settings; the name that a Pyramid configurator has too."""
        return self.settings

    @property
    def identity_providers(self) -> Mapping[str, IIdentityProvider]:
        """Return the identity providers by name."""
        return MappingProxyType(self._plugins["identity_provider"])

    @property
    def ballot_schemes(self) -> Mapping[str, IBallotScheme]:
        """Return the ballot schemes by name."""
        return MappingProxyType(self._plugins["ballot_scheme"])

    @property
    def tally_methods(self) -> Mapping[str, ITallyMethod]:
        """Return the tally methods by name."""
        return MappingProxyType(self._plugins["tally_method"])

    def distribution(self, kind: str, name: str) -> tuple[str, str]:
        """Return (distribution, version) of a plugin.

        :param kind: "identity_provider", "ballot_scheme" or "tally_method"
        :raises KeyError: no such plugin
        """
        origin = self._origins[kind, name]
        return origin.distribution, origin.version

    def add_identity_provider(self, name: str, plugin: IIdentityProvider) -> None:
        """Register an identity provider; raises Misconfigured as ``add_tally_method``."""
        self._add("identity_provider", name, plugin)

    def add_ballot_scheme(self, name: str, plugin: IBallotScheme) -> None:
        """Register a ballot scheme; raises Misconfigured as ``add_tally_method``."""
        self._add("ballot_scheme", name, plugin)

    def add_tally_method(self, name: str, plugin: ITallyMethod) -> None:
        """Register a tally method.

        :raises Misconfigured: ``plugin_contract`` or ``plugin_name_taken``
        """
        self._add("tally_method", name, plugin)

    def _add(self, kind: str, name: str, plugin: Any) -> None:
        check_contract(kind, name, plugin)
        if name in self._plugins[kind]:
            raise Misconfigured(
                "plugin_name_taken",
                f"both {self._origins[kind, name]} and {self._loading} register it",
                where=f"{kind} {name}",
            )
        self._plugins[kind][name] = plugin
        self._origins[kind, name] = self._loading

    def include(self, module: Any, origin: Origin) -> None:
        """Run a plugin's ``includeme``; whatever it registers belongs to ``origin``."""
        self._loading = origin
        try:
            module.includeme(self)
        finally:
            self._loading = Origin()


def check_contract(kind: str, name: str, plugin: Any) -> None:
    """Check that a plugin has every attribute and signature of its interface.

    :raises Misconfigured: ``plugin_contract``
    """
    try:
        verifyObject(KINDS[kind], plugin, tentative=False)
    except Invalid as error:
        detail = " ".join(str(error).split())
        raise Misconfigured("plugin_contract", detail, where=f"{kind} {name}") from error
    if plugin.name != name:
        raise Misconfigured(
            "plugin_contract", f"the plugin calls itself {plugin.name}", where=f"{kind} {name}"
        )


def load(names: Sequence[str], settings: Mapping[str, str] | None = None) -> Registry:
    """Switch plugins on by name.

    :param names: of entry points in the group ``tsukuba_trust.plugins``
    :raises Misconfigured: ``plugin_unknown``, ``plugin_ambiguous``, ``plugin_failed``,
        ``plugin_contract`` or ``plugin_name_taken``; names the distribution at fault
    """
    registry = Registry(settings)
    for name in dict.fromkeys(names):
        _include(registry, find(name))
    return registry


def find(name: str, group: str = GROUP) -> EntryPoint:
    """Return the one entry point of this name.

    :param group: of plugins, or of what a plugin chooses by name for itself
    :raises Misconfigured: ``plugin_unknown`` or ``plugin_ambiguous``
    """
    found = list(entry_points(group=group, name=name))
    if not found:
        installed = ", ".join(sorted({point.name for point in entry_points(group=group)}))
        raise Misconfigured("plugin_unknown", f"installed are: {installed}", where=name)
    if len(found) > 1:
        who = " and ".join(sorted(str(_origin(point)) for point in found))
        raise Misconfigured("plugin_ambiguous", f"both {who} offer it", where=name)
    return found[0]


def revocation_source(name: str, settings: Mapping[str, str]) -> IRevocation:
    """Make the source of revocation of this name; only this one is loaded.

    :param name: of an entry point in the group ``tsukuba_trust.revocation``
    :raises Misconfigured: ``plugin_unknown``, ``plugin_ambiguous``, ``plugin_contract``, or
        what the source says about its settings
    """
    made: IRevocation = find(name, REVOCATION).load()(settings)
    where = f"revocation {name}"
    try:
        verifyObject(IRevocation, made, tentative=False)
    except Invalid as error:
        raise Misconfigured("plugin_contract", " ".join(str(error).split()), where=where) from None
    if made.name != name:
        raise Misconfigured("plugin_contract", f"it calls itself {made.name}", where=where)
    return made


def _origin(point: EntryPoint) -> Origin:
    return Origin(point.dist.name, point.dist.version) if point.dist else Origin()


def _include(registry: Registry, point: EntryPoint) -> None:
    origin = _origin(point)
    where = f"{point.name} ({origin})"
    try:
        registry.include(point.load(), origin)
    except Misconfigured as error:
        raise Misconfigured(error.code, error.detail, where=where) from error
    except Exception as error:  # whatever a stranger's module raises stops the start, by name
        detail = f"{type(error).__name__}: {error}"
        raise Misconfigured("plugin_failed", detail, where=where) from error
