"""Plugins: installed is not active, and every fault names its distribution (style.md 2.5)."""

import sys
from types import SimpleNamespace

import pytest

from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.plugins.ballots.homomorphic import HomomorphicBallots
from tsukuba_trust.plugins.tallies.approval import Approval
from tsukuba_trust.plugins.tallies.plurality import Plurality
from tsukuba_trust.registry import DEFAULT_PLUGINS, Origin, Registry, load


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a distribution with one plugin module, as its metadata on the path."""
    made = []

    def install(distribution, point, body):
        module = f"installed_{len(made)}"
        made.append(module)
        root = tmp_path / distribution
        info = root / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n"
        )
        (info / "entry_points.txt").write_text(f"[tsukuba_trust.plugins]\n{point} = {module}\n")
        (root / f"{module}.py").write_text(body)
        monkeypatch.syspath_prepend(str(root))

    yield install
    for module in made:
        sys.modules.pop(module, None)


METHODS = {
    *("plurality", "approval", "choose-k", "confidence", "referendum", "evaluation"),
    *("borda", "schulze", "irv", "stv", "score", "star", "majority-judgment"),
    *("dhondt", "sainte-lague", "sainte-lague-modified"),
}
GOOD = """
from tsukuba_trust.plugins.tallies.plurality import Plurality
class Named(Plurality):
    name = "acme"
def includeme(config):
    config.add_tally_method("acme", Named())
"""


def refused(*names):
    with pytest.raises(Misconfigured) as raised:
        load(names)
    assert "\n" not in str(raised.value)
    return raised.value


def test_our_own_plugins_come_through_entry_points():
    registry = load(DEFAULT_PLUGINS)
    assert set(registry.ballot_schemes) == {"homomorphic", "preference"}
    assert set(registry.tally_methods) == METHODS
    assert set(registry.identity_providers) == {"my-number-card", "roll-code"}
    assert registry.distribution("tally_method", "plurality")[0] == "tsukuba-trust"


def test_installed_is_not_active(install):
    install("acme-tallies", "acme", GOOD)
    assert "acme" not in load(DEFAULT_PLUGINS).tally_methods
    assert "acme" in load(["acme"]).tally_methods


def test_a_plugin_is_known_with_distribution_and_version(install):
    install("acme-tallies", "acme", GOOD)
    assert load(["acme"]).distribution("tally_method", "acme") == ("acme-tallies", "1.0")


def test_a_plugin_reads_its_settings(install):
    body = GOOD.replace(
        "Named())", "Named())\n    Named.limit = config.get_settings()['acme.limit']"
    )
    install("acme-tallies", "acme", body)
    assert load(["acme"], {"acme.limit": "7"}).tally_methods["acme"].limit == "7"


def test_naming_a_plugin_twice_loads_it_once():
    assert set(load(["plurality", "plurality"]).tally_methods) == {"plurality"}


def test_an_unknown_name_lists_what_is_installed():
    error = refused("condorcet")
    assert error.code == "plugin_unknown"
    assert "homomorphic" in error.detail


def test_two_distributions_with_one_entry_point_are_both_named(install):
    install("acme-one", "acme", GOOD)
    install("acme-two", "acme", GOOD)
    error = refused("acme")
    assert error.code == "plugin_ambiguous"
    assert "acme-one 1.0 and acme-two 1.0" in error.detail


def test_two_distributions_with_one_plugin_name_are_both_named(install):
    install("acme-one", "acme", GOOD)
    install("acme-two", "other", GOOD)
    error = refused("acme", "other")
    assert error.code == "plugin_name_taken"
    assert "acme-one 1.0" in error.detail
    assert "acme-two 1.0" in error.detail


@pytest.mark.parametrize(
    "body",
    ["import no_such_module_anywhere", "def includeme(config):\n    1 / 0\n", "x = 1\n", "def :"],
    ids=["import", "includeme raises", "no includeme", "syntax"],
)
def test_a_plugin_that_fails_is_named_with_its_distribution(install, body):
    install("acme-broken", "acme", body)
    error = refused("acme")
    assert error.code == "plugin_failed"
    assert error.where == "acme (acme-broken 1.0)"


def test_a_plugins_own_complaint_keeps_its_code(install):
    install(
        "acme-broken",
        "acme",
        "from tsukuba_trust.errors import Misconfigured\n"
        "def includeme(config):\n    raise Misconfigured('acme_key_missing', 'set acme.key')\n",
    )
    error = refused("acme")
    assert (error.code, error.where) == ("acme_key_missing", "acme (acme-broken 1.0)")


class WithoutDecide:
    name = "half"

    def check(self, contest):
        return None


def test_an_object_that_does_not_keep_the_contract_is_refused():
    with pytest.raises(Misconfigured, match="plugin_contract"):
        Registry().add_tally_method("half", WithoutDecide())


def test_an_object_of_another_contract_is_refused():
    with pytest.raises(Misconfigured, match="plugin_contract"):
        Registry().add_ballot_scheme("plurality", Plurality())


def test_a_plugin_is_registered_under_its_own_name_only():
    with pytest.raises(Misconfigured, match="plugin_contract"):
        Registry().add_tally_method("approval", Plurality())


def test_one_name_may_stand_for_two_kinds():
    registry = Registry()
    registry.add_tally_method("approval", Approval())
    scheme = HomomorphicBallots()
    scheme.name = "approval"
    registry.add_ballot_scheme("approval", scheme)
    assert registry.distribution("ballot_scheme", "approval") == ("", "")


def test_the_mappings_cannot_be_changed():
    with pytest.raises(TypeError):
        load(["plurality"]).tally_methods["x"] = Plurality()


def test_what_is_registered_by_hand_has_no_distribution():
    registry = Registry()
    registry.include(SimpleNamespace(includeme=lambda config: None), Origin("a", "1"))
    registry.add_tally_method("approval", Approval())
    assert registry.distribution("tally_method", "approval") == ("", "")
