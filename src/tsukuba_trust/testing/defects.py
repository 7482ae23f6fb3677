"""What can be wrong with a card's certificate, each with the ground on which it is refused.

A vendor's provider can be tried with the same table: ``authority.issue(person, defect=name)``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tsukuba_trust.testing.defect_changes import Defect, set_name
from tsukuba_trust.testing.defects_attributes import ATTRIBUTE_DEFECTS
from tsukuba_trust.testing.defects_auth import AUTH_DEFECTS
from tsukuba_trust.testing.defects_form import FORM_DEFECTS
from tsukuba_trust.testing.defects_rules import RULE_DEFECTS

__all__ = ["AUTH_DEFECTS", "DEFECTS", "Defect", "set_name"]

# Of signing certificates; those of AUTH_DEFECTS are for the other kind.
DEFECTS: Final[Mapping[str, Defect]] = MappingProxyType(
    {**FORM_DEFECTS, **RULE_DEFECTS, **ATTRIBUTE_DEFECTS}
)
