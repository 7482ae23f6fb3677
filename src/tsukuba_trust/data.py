"""Where the data folders are: beside this module in a wheel, at the root in a checkout."""

from pathlib import Path


def data_dir(name: str) -> Path:
    """Return the absolute path of a data folder, for instance ``config``."""
    here = Path(__file__).resolve().parent
    inside = here / name
    return inside if inside.is_dir() else here.parents[1] / name
