"""``tsukuba-trust phone``: the demo's simulated phone as a command."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import click

from tsukuba_trust.cli.demo import HOME, last
from tsukuba_trust.errors import Refused, Unavailable

TIMEOUT_S = 20
QUERY = """
query IdentificationRequest($attempt: Hex16!) { identificationRequest(attempt: $attempt) {
  __typename ... on Refusal { code }
  ... on IdentificationRequest { title { text } digits challenge { __typename
    ... on AppChallenge { text } } } } }
"""
MUTATION = """
mutation CompleteIdentification($input: CompleteIdentificationInput!) {
  completeIdentification(input: $input) { __typename ... on Refusal { code }
  ... on CompleteIdentificationSuccess { returnAddress digits } } }
"""


@click.command("phone")
@click.argument("address")
@click.option("--person", default="resident-1", show_default=True, help="one of the demo's people")
@click.option("--password", help="of the card; the demo's is printed at its start")
@click.option("--home", type=click.Path(path_type=Path), default=HOME, show_default=True)
def command(address: str, person: str, password: str | None, home: Path) -> None:
    """Answer an attempt with a simulated card.

    ADDRESS is what the QR code or link of the voting page says. The phone uses only what is
    public, as any app would; it prints the digits to type, or the address to open.
    """
    from tsukuba_trust.testing.demo_cards import PASSWORD, Cards

    endpoint, attempt = find(address)
    asked = ask(endpoint, QUERY, {"attempt": attempt}, "identificationRequest")
    text = asked["challenge"]["text"]
    click.echo(f"To be signed:\n\n{text}\n")
    response = Cards(last(home) / "cards").sign(person, password or PASSWORD, text)
    given = {"input": {"attempt": attempt, "response": response}}
    answer = ask(endpoint, MUTATION, given, "completeIdentification")
    if answer["digits"]:
        click.echo(f"digits: {answer['digits'][:3]} {answer['digits'][3:]}")
        click.echo("Type this only into the voting page that is open in front of you.")
    click.echo(f"or open: {answer['returnAddress']}")


def find(address: str) -> tuple[str, str]:
    """Return the portal's GraphQL address and the attempt of a device address.

    :raises Refused: ``address_invalid``
    """
    found = re.search(r"/a/([0-9a-f]{32})$", urlsplit(address).path)
    if found is None or urlsplit(address).scheme not in ("http", "https"):
        raise Refused("address_invalid", "the address of the QR code is wanted")
    with open_address(address) as answer:
        link = re.search(r'<([^>]+)>; *rel="?([^";]*graphql[^";]*)', answer.headers["Link"] or "")
    if link is None:
        raise Refused("address_invalid", "this page names no voting service")
    return urljoin(address, link[1]), found[1]


def ask(endpoint: str, query: str, variables: Any, name: str) -> Any:
    """Ask the public API; a refusal becomes ours.

    :raises Refused: with the service's code
    """
    body = json.dumps({"query": query, "variables": variables}).encode()
    with open_address(endpoint, body) as answer:
        found = json.load(answer)
    if found.get("errors"):
        raise Refused(found["errors"][0].get("extensions", {}).get("code", "refused"))
    result = found["data"][name]
    if "code" in result:
        raise Refused(str(result["code"]).lower())
    return result


def open_address(address: str, body: bytes | None = None) -> Any:
    """Open an address whose scheme was checked; with a body, post JSON.

    :raises Unavailable: ``service_unavailable``
    """
    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310
        return urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310
    except urllib.error.URLError as error:
        raise Unavailable("service_unavailable", str(error.reason)) from None
