"""Build the package: metadata, entry points, data folders and the browser's built files.

The folders ``config/``, ``graphql/`` and ``locales/`` stand at the root of the checkout;
a wheel carries them inside the package (``data.py`` finds either). The browser's files are
built by make, not here: what was reviewed is what is installed, and nobody needs Node.
"""

import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent
DATA = ("config", "graphql", "locales")
BUILT = HERE / "src" / "tsukuba_trust" / "pages" / "static" / "build" / "manifest.json"


class BuildWithData(build_py):
    """Copy the data folders into the wheel; an editable install reads them in place."""

    def run(self) -> None:
        if not self.editable_mode and not BUILT.is_file():
            raise SystemExit("the browser's files are not built; run: make booth")
        super().run()
        if not self.editable_mode:
            for name in DATA:
                shutil.copytree(
                    HERE / name, Path(self.build_lib) / "tsukuba_trust" / name, dirs_exist_ok=True
                )


setup(
    name="tsukuba-trust",
    version="0.1.0",
    description="Internet voting that a city can trust",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages("src"),
    package_dir={"": "src"},
    package_data={
        "tsukuba_trust": ["py.typed", "store/migrations/**/*", "pages/**/*", "cli/reporting/*"]
    },
    cmdclass={"build_py": BuildWithData},
    install_requires=[
        "alembic>=1.18",
        "Babel>=2.16",
        "click>=8.1",
        "cryptography>=46",
        "gmpy2>=2.2",
        "Jinja2>=3.1",
        "PyNaCl>=1.6",
        "pyramid>=2.1,<3",
        "pyramid_jinja2>=2.10",
        "rich>=14",
        "segno>=1.6",
        "setuptools<82",  # pyramid imports pkg_resources when it runs
        "SQLAlchemy>=2.1,<2.2",
        "strawberry-graphql==0.341.2",  # frequent releases whose minors may break
        "tzdata",
        "waitress>=3",
        "zope.interface>=8",
    ],
    extras_require={"card": ["pyscard>=2.3"], "postgresql": ["psycopg[binary]>=3.2"]},
    entry_points={
        "console_scripts": ["tsukuba-trust = tsukuba_trust.cli:main"],
        "paste.app_factory": ["main = tsukuba_trust:main"],
        "tsukuba_trust.plugins": [
            "homomorphic = tsukuba_trust.plugins.ballots.homomorphic",
            "preference = tsukuba_trust.plugins.ballots.preference",
            "plurality = tsukuba_trust.plugins.tallies.plurality",
            "approval = tsukuba_trust.plugins.tallies.approval",
            "choose-k = tsukuba_trust.plugins.tallies.choose_k",
            "confidence = tsukuba_trust.plugins.tallies.confidence",
            "referendum = tsukuba_trust.plugins.tallies.referendum",
            "borda = tsukuba_trust.plugins.tallies.borda",
            "schulze = tsukuba_trust.plugins.tallies.schulze",
            "irv = tsukuba_trust.plugins.tallies.irv",
            "stv = tsukuba_trust.plugins.tallies.stv",
            "dhondt = tsukuba_trust.plugins.tallies.dhondt",
            "sainte-lague = tsukuba_trust.plugins.tallies.sainte_lague",
            "sainte-lague-modified = tsukuba_trust.plugins.tallies.sainte_lague_modified",
            "score = tsukuba_trust.plugins.tallies.score",
            "star = tsukuba_trust.plugins.tallies.star",
            "majority-judgment = tsukuba_trust.plugins.tallies.majority_judgment",
            "evaluation = tsukuba_trust.plugins.tallies.evaluation",
            "my-number-card = tsukuba_trust.plugins.identity.my_number_card",
            "roll-code = tsukuba_trust.plugins.identity.roll_code",
        ],
        "tsukuba_trust.revocation": [
            "not-checked = tsukuba_trust.revocation:not_checked",
            "crl = tsukuba_trust.plugins.revocation.crl:make",
            "ocsp = tsukuba_trust.plugins.revocation.ocsp:make",
            "operator = tsukuba_trust.plugins.revocation.operator:make",
        ],
    },
)
