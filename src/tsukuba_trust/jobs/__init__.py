"""What nobody has to ask for: one round of an installation's own work (``tsukuba-trust work``).

Every job may be repeated, run beside requests and beside another worker, and fail without
stopping the others.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from tsukuba_trust.board.state import VOTING
from tsukuba_trust.errors import TrustError
from tsukuba_trust.services.assembly import Services
from tsukuba_trust.services.counting import electors_of
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.period import closes_in_force

MOST_WRONG_CODES_PERCENT = 1  # of the roll; then somebody looks (voting-flow 12)


def work_once(services: Services, at: datetime, drain: timedelta) -> list[str]:
    """Do everything that is due; return one line for each thing that happened.

    1. deliver registrations that a crash left pending; 2. per election: open, end after
    the drain, sign and publish the newest head, look at wrong codes, say when links and
    evidence are to be destroyed, which needs the officers; 3. destroy what has expired.
    """
    lines = list(_tried("deliver", partial(_deliver, services)))
    for origin in services.board.origins():
        for name, job in (
            ("open", _open),
            ("end", partial(_end, drain=drain)),
            ("publish", _publish),
            ("codes", _look_at_codes),
            ("retention", _look_at_retention),
        ):
            lines += _tried(f"{name} {origin}", partial(job, services, origin, at))
    lines += _tried("purge", partial(_purge, services, at))
    return lines


def _tried(name: str, job: Callable[[], str]) -> Iterator[str]:
    try:
        done = job()
    except TrustError as error:
        yield f"{name}: failed: {error.code}"
    else:
        if done:
            yield f"{name}: {done}"


def _deliver(services: Services) -> str:
    count = services.registrar.sweep()
    return f"delivered: {count}" if count else ""


def _open(services: Services, origin: str, at: datetime) -> str:
    if services.board.state(origin).phase != "rehearsed":
        return ""
    fixed = _fixed(services, origin)
    if at < fixed.election.period.opens:
        return ""
    return f"entry {services.ceremony.open(fixed, at)}"


def _end(services: Services, origin: str, at: datetime, drain: timedelta) -> str:
    state = services.board.state(origin)
    if state.phase not in VOTING or at < closes_in_force(state) + drain:
        return ""
    return f"entry {services.counting.end(_fixed(services, origin), at)}"


def _publish(services: Services, origin: str, at: datetime) -> str:
    size = services.board.head(origin).size
    if services.published.size(origin) >= size:
        return ""
    services.board.checkpoint(origin)
    return f"size {services.published.size(origin)}"


def _look_at_codes(services: Services, origin: str, at: datetime) -> str:
    """Raise the alarm when more wrong codes were tried than a roll can mistype."""
    wrong = services.registrar.wrong_codes(origin)
    electors = electors_of(_fixed(services, origin), services.board) if wrong else None
    if not electors or wrong * 100 <= electors * MOST_WRONG_CODES_PERCENT:
        return ""
    return f"ALARM: {wrong} wrong codes for {electors} electors"


def _look_at_retention(services: Services, origin: str, at: datetime) -> str:
    """Say that the retention is over; a purge is an act, so nothing is destroyed here."""
    if services.board.state(origin).phase != "declared":
        return ""
    ends = services.purging.ends(_fixed(services, origin))
    if ends is None or at < ends:
        return ""
    slug = origin.rpartition("/")[2]
    return f"over since {ends.isoformat(timespec='minutes')}: tsukuba-trust purge {slug}"


def _purge(services: Services, at: datetime) -> str:
    count = services.registrar.purge_attempts(at)
    return f"erased: {count}" if count else ""


def _fixed(services: Services, origin: str) -> Fixed:
    return services.catalogue.get(origin)
