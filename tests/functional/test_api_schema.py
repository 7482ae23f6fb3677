"""Schemas, operation files and refusal codes agree with what is written down."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema, parse, validate

from tsukuba_trust.api.booth import SCHEMA
from tsukuba_trust.api.operations import CAST, IDENTIFY, PUBLIC, documents
from tsukuba_trust.api.printing import NAMES, schema_text
from tsukuba_trust.api.public import public_schema
from tsukuba_trust.api.refusal_codes import RefusalCode
from tsukuba_trust.api.refusal_texts import SENTENCES, help_text, message_text
from tsukuba_trust.cli import main
from tsukuba_trust.data import data_dir

TABLE = Path(__file__).parents[1] / "vectors" / "api" / "error_states.md"
DEVICES = ("IdentificationRequest", "CompleteIdentification")
SERVED = [(name, "booth") for name in (*IDENTIFY, *CAST)]
SERVED += [(name, "schema") for name in (*PUBLIC, *DEVICES)]


def table_codes():
    """Return the codes of the copied table, in its order."""
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            found += re.findall(r"`([a-z_]+)`", line.split("|")[1])
    return found


def test_the_enum_is_the_table_of_error_states():
    assert [one.value for one in RefusalCode] == table_codes()
    assert [one.name for one in RefusalCode] == table_codes()


def test_every_refusal_has_a_sentence_and_a_way_out_in_every_language():
    assert set(SENTENCES) == set(RefusalCode)
    for code in RefusalCode:
        for text in (message_text(code), help_text(code)):
            words = dict(text.variants)
            assert words["ja"] and words["en"] and words["ja"] != words["en"]


@pytest.mark.parametrize("name", NAMES)
def test_the_printed_schema_is_the_file(name):
    kept = (data_dir("graphql") / f"{name}.graphql").read_text(encoding="utf-8")
    assert schema_text(name) == kept, f"tsukuba-trust schema {name} > graphql/{name}.graphql"


@pytest.mark.parametrize("name", NAMES)
def test_the_command_compares_schema_and_file(name):
    done = CliRunner().invoke(main, ["schema", name, "--check"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("name", "schema"), SERVED)
def test_every_operation_file_fits_the_schema_that_serves_it(name, schema):
    document = parse(documents()[name])
    assert validate(build_schema(schema_text(schema)), document) == []


def test_every_file_is_served_and_named_by_its_operation():
    assert set(documents()) == {name for name, _schema in SERVED}
    for name, text in documents().items():
        (operation,) = [one for one in parse(text).definitions if hasattr(one, "operation")]
        assert operation.name.value == name


def test_every_listed_query_is_within_the_limits_of_free_ones():
    schema = public_schema()
    for name in PUBLIC:
        found = schema.execute_sync(documents()[name], variable_values={})
        # Without variables it stops after validation, which is where limits are judged.
        assert all("extensions" not in one.formatted for one in found.errors)


def test_the_portals_schema_neither_starts_nor_claims_nor_casts():
    printed = schema_text("schema")
    for name in ("startIdentification", "claimIdentification", "castBallot", "pageSecret"):
        assert name not in printed and name in schema_text("booth")


def test_every_refusal_type_says_what_the_interface_says():
    for name in NAMES:
        schema = build_schema(schema_text(name))
        interface = schema.type_map["Refusal"]
        assert isinstance(interface, GraphQLInterfaceType)
        for union in (one for one in schema.type_map if one.endswith("Result")):
            members = getattr(schema.type_map[union], "types", ())
            refusals = [one for one in members if interface in one.interfaces]
            assert not members or len(refusals) == len(members) - 1


def test_every_nullable_field_says_why_in_the_description():
    """Style: non-null by default, nullable only with a reason."""
    missing = []
    for kind in (*SCHEMA._schema.type_map.values(), *public_schema()._schema.type_map.values()):
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        if kind.name in ("PageInfo",) or kind.name.endswith(("Connection", "Edge")):
            continue  # words of the Relay specification
        for name, field in kind.fields.items():
            nullable = not str(field.type).endswith("!")
            if nullable and not re.search(r"\bnull\b", field.description or ""):
                missing.append(f"{kind.name}.{name}")
    assert missing == []


def test_no_field_takes_or_gives_anything_of_a_person():
    """J07, O23: no name, address, birth date, My Number or telephone in either schema."""
    banned = re.compile(r"birth|address(?!:)|person|mynumber|phone|mail|elector\b", re.IGNORECASE)
    harmless = {"deviceAddress", "returnAddress", "address", "electors"}
    for schema in (SCHEMA, public_schema()):
        for kind in schema._schema.type_map.values():
            for name in getattr(kind, "fields", {}):
                assert name in harmless or not banned.search(name), f"{kind.name}.{name}"
