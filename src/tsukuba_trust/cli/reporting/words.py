"""Texts of the report that are not about results themselves."""

from collections.abc import Mapping
from typing import Final

from tsukuba_trust.i18n import _

TEXTS: Final[Mapping[str, str]] = {
    "report": _("Result report"),
    "mock": _("MOCK VOTE: this result has no legal effect"),
    "advisory": _("Advisory vote: the result is respected, it does not bind"),
    "verified": _("Verified: every step, from the first entry of the log to this result"),
    "period": _("Voting period"),
    "electors": _("Electors"),
    "contact": _("Contact"),
    "log": _("Log"),
    "winner": _("Result"),
    "option": _("Option"),
    "votes": _("Number of votes"),
    "share": _("Part of the valid votes"),
    "forfeits": _("deposit lost"),
    "numbers": _("Numbers that decide"),
    "ranking": _("Ranking"),
    "lots": _("Lots"),
    "lot_between": _("Between"),
    "lot_order": _("Order drawn"),
    "lot_by": _("Drawn by"),
    "lot_witnesses": _("Witnesses of the lot"),
    "lot_place": _("Place and time"),
    "lot_seed": _("Seed of the public draw"),
    "approved": _("Approved by"),
    "ballots": _("Ballots counted from the internet"),
    "cut_off": _("Figures with three decimals are cut off, never rounded."),
    "turnout": _("Turnout on the internet"),
    "turnout_full": _("Full count, n = {n}"),
    "turnout_sample": _("Sample, n = {n}"),
    "by_age": _("By age"),
    "by_group": _("By group"),
    "row": _("Row"),
    "voted": _("Voted"),
    "percent": _("Percent"),
    "few": _("– (too few people)"),
    "hidden": _("hidden rows together"),
    "unknown_age": _("unknown"),
    "turnout_rule": _(
        "Rows with few people are hidden, with others, so that nobody can be told apart. "
        "Who voted was never joined with what anybody chose."
    ),
    "proof": _("How everybody checks this result"),
    "proof_why": _(
        "This paper proves nothing by itself. The public record does: fetch it, run the "
        "verifier on your own machine, and compare the numbers below with this paper."
    ),
    "compare": _("Compare"),
    "entries": _("Entries in the log"),
    "root": _("Root of the log"),
    "definition": _("Definition digest D"),
    "log_key": _("Key of the log"),
    "uuid": _("Number of the contest"),
    "fingerprint": _("Fingerprint of the contest"),
    "tally_digest": _("Digest of the encrypted tally"),
    "head": _("Last event of the archive"),
    "archive": _("Digest of the archive (.bel)"),
    "commands": _("Commands"),
    "other_program": _("With a program that strangers wrote, for each archive:"),
    "notes": _("What the verifier says beside its verdict"),
    "acts": _("Acts of the officers"),
    "number": _("No."),
    "act": _("Act"),
    "at": _("Time"),
    "trustees": _("Trustees: {threshold} of {count} had to act together"),
    "auditors": _("Auditors"),
    "open_data": _("The same numbers as open data: results.csv, turnout.csv, report.json."),
}

ACTS: Final[Mapping[str, str]] = {
    "seal": _("Sealing of the definition, the trustees and the roll"),
    "waiver": _("Waiver: every trustee is needed"),
    "rehearsed": _("Decryption rehearsed"),
    "suspend": _("Voting suspended"),
    "resume": _("Voting resumed"),
    "extend": _("Voting extended"),
    "end-early": _("Voting ended early"),
    "correct": _("Correction"),
    "strike": _("Votes struck"),
    "sheets": _("Paper sheets entered"),
    "lot": _("Lot drawn"),
    "certify": _("Result certified"),
    "purge": _("Personal data erased"),
    "change-approval": _("Approval rule changed"),
    "change-roll": _("Roll changed"),
    "change-policy": _("Witness policy changed"),
    "rotate-key": _("Key of the log changed"),
}
