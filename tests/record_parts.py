"""Parts of small test records: an election value, people with keys, trustees."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tsukuba_trust.crypto import ceremony
from tsukuba_trust.crypto.groups import group
from tsukuba_trust.crypto.trustees import new_single, trustees_text
from tsukuba_trust.values import (
    ApprovalRule,
    Contest,
    Election,
    Eligibility,
    IdentityRule,
    Json,
    Officer,
    Option,
    Period,
    RollRule,
    Text,
    TrusteesRule,
)

JST = timezone(timedelta(hours=9))
UUIDS = ("HRjeJJBNa8huFh", "JRjeJJBNa8huFj", "KRjeJJBNa8huFk")
OFFICERS = (("Aoki", "city"), ("Baba", "school"), ("Chiba", "city"))
AUDITORS = ("Doi", "Endo")
SLUG = "record-2027"
ORIGIN = f"board.example.jp/e/{SLUG}"


def draws(seed: str) -> Callable[[int], bytes]:
    """Return randomness that repeats itself in every run."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed} {count}".encode()).digest(size)

    return draw


@cache
def key(name: str) -> Ed25519PrivateKey:
    """Return somebody's signing key."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public(name: str) -> str:
    """Return somebody's public key as it stands in entry 0."""
    return base64.b64encode(key(name).public_key().public_bytes_raw()).decode()


def words(text: str) -> Text:
    return Text((("ja", text),))


def contest(number: int, *, blank: bool = False, most: int = 1, **changes: Json) -> Contest:
    """Return a contest with three options."""
    parts: dict[str, Json] = {
        "key": f"contest-{number}",
        "uuid": UUIDS[number],
        "title": words(f"設問{number}"),
        "question": words(f"どれを選びますか{number}"),
        "options": tuple(Option(f"option-{i}", words(f"選択肢{number}{i}")) for i in "abc"),
        "ballot_scheme": "homomorphic",
        "ballot": {"min": 1, "max": most, "blank": blank},
        "tally_method": "plurality",
        "tally": {"seats": 1},
        "description": words(f"設問{number}の説明"),
    }
    return Contest(**{**parts, **changes})


def election(
    *,
    contests: tuple[Contest, ...] = (),
    names: int = 3,
    threshold: int = 2,
    electorate: str = "certificate",
    **changes: Json,
) -> Election:
    """Return a small advisory election."""
    roll = electorate == "roll"
    parts: dict[str, Json] = {
        "slug": SLUG,
        "kind": "survey",
        "title": words("小さな調査"),
        "description": words("検証のための小さな調査"),
        "official_language": "ja",
        "languages": ("ja",),
        "period": Period(
            datetime(2027, 5, 10, 8, 30, tzinfo=JST),
            datetime(2027, 5, 15, 0, 0, tzinfo=JST),
            "Asia/Tokyo",
            words("2027年5月10日(月) 8:30から2027年5月14日(金) 23:59まで"),
        ),
        "conditions": (),
        "contact": words("市役所"),
        "effect": "advisory",
        "electorate": electorate,
        "eligibility": Eligibility(),
        "identity": (IdentityRule("roll-code" if roll else "my-number-card"),),
        "accept_unbound": roll,
        "flow": "choose-identify",
        "cross_device": False,
        "revote": True,
        "group": "Ed25519",
        "contests": contests or (contest(0),),
        "trustees": TrusteesRule(tuple(f"Trustee {i}" for i in range(1, names + 1)), threshold),
        "officers": tuple(Officer(name, body, public(name)) for name, body in OFFICERS),
        "approval": ApprovalRule(2, ("city", "school")),
        "auditors": AUDITORS,
        "minimum_ballots": 1,
        "retention_days": 30,
        "roll": RollRule((("all", "internet"),)) if roll else RollRule(),
        "plugins": tuple(
            (name, "tsukuba-trust", "0.1.0")
            for name in sorted(
                ("homomorphic", "plurality", "roll-code" if roll else "my-number-card")
            )
        ),
    }
    return Election(**{**parts, **changes})


@dataclass(frozen=True)
class Keys:
    """Trustees of a test record: the public text and every secret by number."""

    text: str
    secrets: tuple[int, ...]


@cache
def trustee_keys(group_name: str, names: tuple[str, ...], threshold: int) -> Keys:
    """Hold a key ceremony, once per kind."""
    of, draw = group(group_name), draws(f"trustees {group_name} {names} {threshold}")
    if threshold == len(names):
        made = [new_single(of, name, draw) for name in names]
        text = trustees_text([("Single", item) for _, item in made])
        return Keys(text, tuple(secret for secret, _ in made))
    members = [
        ceremony.certificate(of, len(names), threshold, i + 1, draw) for i in range(len(names))
    ]
    certificates = [certificate for _, certificate in members]
    deals = [ceremony.deal(of, secret, certificates, draw) for secret, _ in members]
    done = [ceremony.finish(of, secret, certificates, deals, draw) for secret, _ in members]
    item = ceremony.threshold_item(of, certificates, deals, [public for _, public in done])
    return Keys(trustees_text([("Pedersen", item)]), tuple(secret for secret, _ in done))
