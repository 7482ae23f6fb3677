"""Paper sheets in test records: entered between decryption and audit, by any number of acts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from record_log import Log
from record_parts import UUIDS, key
from tsukuba_trust.elections.sheet_rules import sign_source
from tsukuba_trust.elections.sheets import PaperSheet, Source, sheet_text
from tsukuba_trust.elections.sum_rules import Protocol
from tsukuba_trust.values import Json, Sheet

KEYS = ("option-a", "option-b", "option-c")
SOURCE = "ab" * 32
SHEET = 26  # entry of the first sheet where there is no roll


def paper(place: str = "hall", *, votes: tuple[int, ...] = (1, 5, 1), **changes: Any) -> PaperSheet:
    """Return a sheet whose sums agree."""
    papers = sum(votes)
    sheet = Sheet(place, votes, 0, 0, papers)
    protocol = Protocol(papers, papers)
    return replace(PaperSheet(place, "", papers, papers, sheet, protocol), **changes)


def signed(officer: str = "Aoki", by: str = "Aoki", origin: str = "") -> Callable[[Log], Source]:
    """Return what makes the source of a sheet in a log."""

    def source(log: Log) -> Source:
        plain = Source(SOURCE)
        signature = sign_source(origin or log.origin, UUIDS[0], plain, key(by))
        return replace(plain, signed=(officer, signature))

    return source


SIGNED = signed()


def entered(
    *acts: tuple[PaperSheet, ...],
    source: Callable[[Log], Source] = SIGNED,
    text: Callable[[str], str] = lambda text: text,
) -> dict[str, Callable[[Any, Log], Any]]:
    """Enter sheets, act by act, before the audit.

    :param text: what becomes of a document on its way
    """

    def enter(audit: Json, log: Log) -> Json:
        for papers in acts:
            sheets = [
                {
                    "type": "SheetsEntered",
                    "contest": UUIDS[0],
                    "place": one.place,
                    "sheets": log.document(text(sheet_text(one, source(log), KEYS))),
                    "source": SOURCE,
                    "act": log.acts + 1,
                }
                for one in papers
            ]
            log.act("sheets", subject=sheets)
            for entry in sheets:
                log.append(entry)
            log.papers |= {one.place: one for one in papers}
        return audit

    return {"audit": enter}
