"""The vendor's tests run where the vendor's package is on the path."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("acme_ballots") else ["tests"]
