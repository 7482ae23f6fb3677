"""Faults in lots: drawn for another tie, or in another order than the public draw gives."""

from record_break import Break
from record_lots import TIE, TIED, drawn
from record_parts import UUIDS, election
from tsukuba_trust.elections.public_draw import draw
from tsukuba_trust.values import LotRule

SEED = "edition 23,456 of 2027-05-16"
AGREED = election(lots=LotRule("public-draw", "the newspaper of 2027-05-16"))
WRONG = list(draw("survey", SEED, UUIDS[0], 1, ["option-a", "option-b"]))[::-1]
PUBLIC = {"how": "public-draw", "seed": SEED, "seen_at": "every kiosk"}
OF_TIED = {"script": TIED, "strikes": ()}

LOTS = {
    "steps_lots.check_tie": Break(
        "10",
        "lot_other_tie",
        14,
        {**OF_TIED, "change": drawn(["option-b", "option-a"], tie={**TIE, "seats": 2})},
    ),
    "steps_lots.check_drawn": Break(
        "10",
        "lot_differs",
        14,
        {**OF_TIED, "of": AGREED, "change": drawn(WRONG, minutes=PUBLIC)},
    ),
}
