"""What vendors and our own tests use: conformance kits, test cards, simulated people.

``from tsukuba_trust.testing import BallotSchemeConformance`` in a test module, a subclass
with its fixtures, and the inherited tests say whether the plugin keeps the contract.
The kits need pytest; nothing else here does, so they are imported when asked for.
"""

import sys
from importlib import import_module
from typing import Any, Final

_KITS: Final = {
    "BallotSchemeConformance": "tsukuba_trust.testing.conformance_ballots",
    "IdentityProviderConformance": "tsukuba_trust.testing.conformance_identity",
    "TallyMethodConformance": "tsukuba_trust.testing.conformance_tallies",
}

if "pytest" in sys.modules:  # so that a vendor sees which values differed
    sys.modules["pytest"].register_assert_rewrite(
        "tsukuba_trust.testing.conformance", *_KITS.values()
    )


def __getattr__(name: str) -> Any:
    if name not in _KITS:
        raise AttributeError(name)
    return getattr(import_module(_KITS[name]), name)
