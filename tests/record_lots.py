"""A tie and its lot in a test record."""

from collections.abc import Callable
from typing import Any

from record_log import Log
from record_parts import UUIDS
from tsukuba_trust.board import canonical
from tsukuba_trust.values import Json

TIED = (("register", "ann"), ("cast", "ann", 0), ("register", "bob"), ("cast", "bob", 1))
TIE: Json = {"candidates": ["option-a", "option-b"], "kind": "election", "seats": 1, "stage": 1}
MINUTES: Json = {
    "how": "by-hand",
    "drawn_at": "2027-05-10T08:55+09:00",
    "place": "hall",
    "drawn_by": ["Aoki"],
    "witnesses": ["Doi", "Endo"],
}


def drawn(
    *orders: list[str], tie: Json = TIE, minutes: Json = MINUTES
) -> dict[str, Callable[[Any, Log], Any]]:
    """Draw lots between decryption and audit."""

    def draw(entry: Json, log: Log) -> Json:
        for order in orders:
            lot = {
                "type": "LotDrawn",
                "contest": UUIDS[0],
                "tie": log.document(canonical.encode(tie).decode()),
                "order": order,
                "act": log.acts + 1,
            }
            log.act("lot", subject=[lot], reason=canonical.encode(minutes).decode())
            log.append(lot)
            if sorted(order) == TIE["candidates"]:
                log.lots.append(order)
        return entry

    return {"audit": draw}
