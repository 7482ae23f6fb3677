"""The corpus of broken records: one fault each, by the check that alone can see it (P03)."""

from record_break import Break
from record_breaks_counting import BALLOTS, COUNTING
from record_breaks_log import FORMS
from record_breaks_lots import LOTS
from record_breaks_people import PEOPLE
from record_breaks_purge import PURGES
from record_breaks_sheets import SHEETS

BREAKS: dict[str, Break] = {**BALLOTS, **COUNTING, **FORMS, **LOTS, **PEOPLE, **PURGES, **SHEETS}
