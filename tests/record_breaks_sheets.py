"""Faults in paper sheets."""

from dataclasses import replace

from record_break import Break
from record_parts import election
from record_sheets import SHEET, entered, paper, signed
from tsukuba_trust.elections.sum_rules import Protocol

# Ten electors on the roll; three voted on the net after a strike, and one mark is missing.
TWICE = paper(group="all", electors=10, marked=9)

SHEETS = {
    "steps_sheets.check_sheet_form": Break(
        "10",
        "sheet_malformed",
        SHEET,
        {"change": entered((paper(),), text=lambda text: f'{text[:-1]},"z":"a remark"}}')},
    ),
    "steps_sheets.check_sheet_source": Break(
        "10", "sheet_signature", SHEET, {"change": entered((paper(),), source=signed(by="Baba"))}
    ),
    "steps_sheets.check_sheet": Break(
        "10",
        "sums_differ",
        SHEET,
        {"change": entered((replace(paper(), protocol=Protocol(8, 8), marked=8, electors=8),))},
    ),
    "steps_sheets.check_channels": Break(
        "10",
        "sums_differ",
        SHEET + 4,
        {"of": election(electorate="roll"), "change": entered((TWICE,))},
    ),
}
