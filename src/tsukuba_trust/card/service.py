"""An attempt's page and the public API behind it: what a card needs to be asked and answered.

Everything that comes back is compared with the address that the voter gave: a page that
names another service, or a text for another attempt, is refused before a card is touched.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from tsukuba_trust.errors import Misconfigured, Refused, Unavailable
from tsukuba_trust.jpki.signature import registration_text

TIMEOUT_S: Final = 20
LARGEST: Final = 1 << 20
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SENSELESS: Final = (
    *(ValueError, KeyError, TypeError, AttributeError, IndexError),
    *(OSError, HTTPException, RecursionError),
)
LONGEST_TEXT: Final = 2000  # what is to be signed and what it means stay on one screen
_PATH: Final = re.compile(r"/a/([0-9a-f]{32})")
_LINK: Final = re.compile(r'<([^<>]+)>\s*;\s*rel="?graphql"?\s*(?:,|$)')
_TEXT: Final = re.compile(
    r"[^\n]+\nelection: ([^\n]+)\nlog: ([^\n]+)\n[^\n]+\n[^\n]+\n[^\n]+\nbinding: ([0-9a-f]{64})"
)
_RETURN: Final = re.compile(r"[!-~]+#([0-9a-f]{32})\.[0-9A-Za-z_-]+")
_DIGITS: Final = re.compile(r"([0-9]{6})?")
_SAID: Final = "code message { texts { locale text } } help { texts { locale text } }"
_REQUEST: Final = f"""
query IdentificationRequest($attempt: Hex16!) {{ identificationRequest(attempt: $attempt) {{
  __typename ... on Refusal {{ {_SAID} }}
  ... on IdentificationRequest {{ votingHost locale digits title {{ texts {{ locale text }} }}
    challenge {{ __typename ... on AppChallenge {{ text require }} }} }} }} }}"""
_COMPLETE: Final = f"""
mutation CompleteIdentification($input: CompleteIdentificationInput!) {{
  completeIdentification(input: $input) {{ __typename ... on Refusal {{ {_SAID} }}
  ... on CompleteIdentificationSuccess {{ returnAddress digits }} }} }}"""


class ServiceRefused(Refused):
    """The service refused, and said in the voter's languages why.

    :param said: language -> (what happened, what to do)
    """

    def __init__(self, code: str, said: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(code)
        self.said = said


@dataclass(frozen=True, slots=True)
class Address:
    """What the voting page shows: ``https://<voting host>/a/<attempt>``."""

    scheme: str
    host: str
    attempt: str

    @property
    def whole(self) -> str:
        return f"{self.origin}/a/{self.attempt}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a card is asked.

    :param text: exactly what will be signed
    :param require: "sign" or "auth"
    :param locale: of the voting page
    :param digits: whether the election allows digits
    """

    text: str
    require: str
    title: str
    locale: str
    digits: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """How it goes on.

    :param address: of the voting host, with the token in its fragment
    :param digits: six, or empty where the election has none
    """

    address: str = field(repr=False)
    digits: str = field(repr=False)


def read_address(typed: str) -> Address:
    """Read the pasted address of an attempt.

    :raises Refused: ``address_invalid``: anything else, or plain http to another machine
    """
    with suppress(ValueError):  # no address at all
        parts = urlsplit(typed.strip())
        found = _PATH.fullmatch(parts.path)
        more = parts.query or parts.fragment or "@" in parts.netloc
        if found and not more and is_safe(parts.scheme, parts.hostname):
            return Address(parts.scheme, parts.netloc.lower(), found[1])
    raise Refused("address_invalid", "copy the whole line from the voting page")


def is_safe(scheme: str, host: str | None) -> bool:
    """Whether nobody between can read: https, or this machine itself."""
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))


class Service:
    """The public API that an attempt's page names."""

    def __init__(self, address: Address) -> None:
        self.address = address
        with _open(address.whole) as answer:
            link = _LINK.search(answer.headers.get("Link") or "")
        with suppress(ValueError):  # no address at all
            self._endpoint = urljoin(address.whole, link[1]) if link else ""
            parts = urlsplit(self._endpoint)
            if is_safe(parts.scheme, parts.hostname):
                return
        raise Refused("address_invalid", "this page names no voting service")

    def request(self) -> Asked:
        """Fetch what a card is asked, and check that it belongs to this address.

        :raises Refused: the service's code; ``text_unexpected``; ``card_not_asked``: this
            attempt is answered in another way
        """
        found = self._ask(_REQUEST, {"attempt": self.address.attempt}, "identificationRequest")
        with _sensible():
            return self._asked(found)

    def _asked(self, found: Any) -> Asked:
        challenge = found["challenge"]
        if challenge["__typename"] != "AppChallenge" or challenge["require"] not in (
            "sign",
            "auth",
        ):
            raise Refused("card_not_asked")
        if found["votingHost"].lower() != self.address.host:
            raise Refused("text_unexpected", "another voting host")
        text = checked(challenge["text"], found["votingHost"], self.address.attempt)
        titles = {one["locale"]: one["text"] for one in found["title"]["texts"]}
        locale = found["locale"]
        title = titles.get(locale) or next(iter(titles.values()), "")
        if len(text) > LONGEST_TEXT or len(title) > LONGEST_TEXT:
            raise Refused("text_unexpected", "too long to be read")
        return Asked(text, challenge["require"], title, locale, found["digits"])

    def complete(self, response: Mapping[str, str]) -> Answered:
        """Send the card's answer.

        :raises Refused: the service's code; ``return_unexpected``: it leads elsewhere
        """
        given = {"input": {"attempt": self.address.attempt, "response": dict(response)}}
        found = self._ask(_COMPLETE, given, "completeIdentification")
        with _sensible():
            address, digits = found["returnAddress"], found["digits"] or ""
            leads, token = urlsplit(address), _RETURN.fullmatch(address)
            here = (self.address.scheme, self.address.host, "/return")
            ours = (leads.scheme, leads.netloc, leads.path) == here and _DIGITS.fullmatch(digits)
            if ours and token is not None and token[1] == self.address.attempt:
                return Answered(address, digits)
        raise Refused("return_unexpected")

    def _ask(self, query: str, variables: Any, name: str) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode("ascii")
        with _sensible():
            with _open(self._endpoint, body) as answer:
                found = json.loads(answer.read(LARGEST))
            if found.get("errors"):
                raise Refused(str(found["errors"][0].get("extensions", {}).get("code", "refused")))
            result = found["data"][name]
            if "code" in result:
                raise ServiceRefused(str(result["code"]).lower(), _said(result))
        return result


@contextmanager
def _sensible() -> Iterator[None]:
    """Turn what only a broken or hostile service answers into an error that says so.

    :raises Unavailable: ``service_unavailable``; nothing of the answer is repeated
    """
    try:
        yield
    except SENSELESS:
        raise Unavailable("service_unavailable", "no answer that makes sense") from None


def checked(text: str, voting_host: str, attempt: str) -> str:
    """Return a registration text that is one, for this host and attempt, letter by letter.

    A card must never sign anything else: a signature of its key binds its holder.

    :raises Refused: ``text_unexpected``
    """
    found = _TEXT.fullmatch(text)
    try:
        if found is not None:
            title, origin, binding = found.groups()
            made = registration_text(title, origin, voting_host, attempt, bytes.fromhex(binding))
            if made == text:
                return text
    except Misconfigured:
        pass
    raise Refused("text_unexpected")


def _said(refusal: Any) -> dict[str, tuple[str, str]]:
    sentences: dict[str, list[str]] = {}
    for part in ("message", "help"):
        for one in refusal[part]["texts"]:
            sentences.setdefault(one["locale"], []).append(one["text"])
    return {language: (both[0], both[-1]) for language, both in sentences.items()}


class _Here(urllib.request.HTTPRedirectHandler):
    """Never goes where an answer points."""

    def redirect_request(self, *_args: Any, **_words: Any) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_Here)


def _open(address: str, body: bytes | None = None) -> Any:
    """Open an address whose scheme was checked; with a body, post JSON.

    :raises Unavailable: ``service_unavailable``
    """
    headers = {"Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(address, data=body, headers=headers)  # noqa: S310
    try:
        return _OPENER.open(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if body is not None:
            return error  # its body says which refusal it is
        error.close()
        raise Unavailable("service_unavailable", f"status {error.code}") from None
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Unavailable("service_unavailable", str(reason)) from None
