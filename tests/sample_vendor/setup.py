"""A vendor's package with one plugin."""

from setuptools import find_packages, setup

setup(
    name="acme-ballots",
    version="1.0",
    packages=find_packages("src"),
    package_dir={"": "src"},
    install_requires=["tsukuba-trust"],
    entry_points={"tsukuba_trust.plugins": ["acme = acme_ballots"]},
)
