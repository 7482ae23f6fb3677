"""From the tables of an election file, or of a frozen definition, to an ``Election``.

Shape and types only: which keys there are, what they hold, every language present.
What the parts say to each other is ``checking``'s business.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from ipaddress import ip_network
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tsukuba_trust.elections.afterwards import read_lots, read_publish
from tsukuba_trust.elections.dates import moment
from tsukuba_trust.elections.reading import KEY, Table
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

KINDS: Final = ("survey", "school", "public-office", "referendum")
EFFECTS: Final = ("binding", "advisory", "mock")
ELECTORATES: Final = ("roll", "certificate")
FLOWS: Final = ("choose-identify", "identify-choose")
CHANNELS: Final = ("internet", "paper")

DIGEST: Final = re.compile("[0-9a-f]{64}")

ReadMoment = Callable[[Table, str, ZoneInfo], datetime]


def build(content: Json, name: str, *, proposed: bool) -> Election:
    """Build an election from the plain content of a file or a definition.

    :param name: of the file, for complaints
    :param proposed: whether contests have uuids and plugins their distributions, and
        times are instants with offset, as in a frozen definition
    :raises Misconfigured: what is wrong, where, by which rule
    """
    table = _in_its_languages(Table(content, name))
    election = Election(
        slug=table.string("slug"),
        kind=table.choice("kind", KINDS),
        title=table.text("title"),
        description=table.text("description", lines=True),
        official_language=table.languages[0],
        languages=table.languages,
        period=_period(table.table("period"), read_instant if proposed else read_wall_clock),
        conditions=table.texts("conditions"),
        contact=table.text("contact", lines=True),
        effect=table.choice("effect", EFFECTS),
        electorate=table.choice("electorate", ELECTORATES),
        eligibility=_eligibility(table.table("eligibility", {})),
        identity=tuple(_identity(row) for row in table.tables("identity")),
        accept_unbound=table.boolean("accept_unbound"),
        flow=table.choice("flow", FLOWS),
        cross_device=table.boolean("cross_device"),
        revote=table.boolean("revote"),
        group=table.string("group"),
        contests=tuple(_contest(row, proposed=proposed) for row in table.tables("contests")),
        trustees=_trustees(table.table("trustees")),
        officers=tuple(_officer(row) for row in table.tables("officers")),
        approval=_approval(table.table("approval")),
        auditors=table.strings("auditors"),
        minimum_ballots=table.integer("minimum_ballots", 1),
        retention_days=table.integer("retention_days", 1),
        roll=_roll(table.table("roll", {})),
        legal_basis=table.string("legal_basis", ""),
        electors=_electors(table.table("electors")) if table.has("electors") else None,
        plugins=_plugins(table) if proposed else (),
        booth=_booth(table) if proposed else (),
        sources=table.strings("sources", ()),
        networks=tuple(_network(row) for row in table.tables("networks", ())),
        notices=table.strings("notices", ()),
        lots=read_lots(table.table("lots")) if table.has("lots") else None,
        publish=read_publish(table.table("publish")) if table.has("publish") else None,
    )
    table.finish()
    return election


def _network(table: Table) -> tuple[str, int]:
    address = table.string("address")
    try:
        network = ip_network(address)
    except ValueError as error:
        table.fail("network_malformed", str(error), "address")
    found = (str(network), table.integer("failures_per_minute", 1))
    table.finish()
    return found


def _in_its_languages(table: Table) -> Table:
    """Return the table with the languages it names, the official one first."""
    languages = table.strings("languages")
    official = table.choice("official_language", languages)
    return table.in_languages((official, *(tag for tag in languages if tag != official)))


def read_wall_clock(table: Table, key: str, zone: ZoneInfo) -> datetime:
    """Take a moment as an office writes it, with its weekday: "2025-02-20 (Thu) 00:00"."""
    try:
        instant, written = moment(table.string(key), zone)
    except ValueError as error:
        table.fail("time_malformed", str(error), key)
    if written.weekday is None:
        table.fail("weekday_missing", "write the weekday too: 2025-02-20 (Thu) 00:00", key)
    if written.contradicts:
        detail = f"{written.written}: that day is a {written.true_weekday}"
        table.fail("weekday_contradicts", detail, key)
    return instant


def read_instant(table: Table, key: str, zone: ZoneInfo) -> datetime:
    """Take an instant with its offset: "2025-02-20T00:00:00+09:00"."""
    text = table.string(key)
    try:
        instant = datetime.fromisoformat(text)
        if (
            instant.isoformat() != text
            or instant.utcoffset() != instant.astimezone(zone).utcoffset()
        ):
            raise ValueError
    except (ValueError, OverflowError):
        table.fail("time_malformed", "an instant with the zone's offset is expected", key)
    return instant


def _period(table: Table, read: ReadMoment) -> Period:
    name = table.string("timezone")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.fail("timezone_unknown", "a name of the tz database is expected", "timezone")
    period = Period(
        opens=read(table, "opens", zone),
        closes=read(table, "closes", zone),
        timezone=name,
        shown=table.text("shown"),
    )
    table.finish()
    return period


def _eligibility(table: Table) -> Eligibility:
    eligibility = Eligibility(
        residence=table.string("residence", ""),
        minimum_age=table.integer("minimum_age", 0, 0),
        age_rule=table.choice("age_rule", ("jp_day_before_birthday",), "jp_day_before_birthday"),
        age_on=table.string("age_on", ""),
        nationality=table.choice("nationality", ("any", "JP"), "any"),
    )
    table.finish()
    return eligibility


def _identity(table: Table) -> IdentityRule:
    rule = IdentityRule(table.string("provider"), table.parameters("parameters"))
    table.finish()
    return rule


def _contest(table: Table, *, proposed: bool) -> Contest:
    contest = Contest(
        key=table.string("key"),
        uuid=table.string("uuid") if proposed else "",
        title=table.text("title"),
        question=table.text("question"),
        options=tuple(_option(row) for row in table.tables("options")),
        ballot_scheme=table.string("ballot_scheme"),
        ballot=table.parameters("ballot"),
        tally_method=table.string("tally_method"),
        tally=table.parameters("tally"),
        groups=table.strings("groups", ()),
        description=None
        if proposed and not table.has("description")
        else table.text("description", lines=True),
    )
    table.finish()
    return contest


def _option(table: Table) -> Option:
    option = Option(
        key=table.string("key"),
        name=table.text("name"),
        description=table.text("description", lines=True) if table.has("description") else None,
        aliases=table.texts("aliases", ()),
        labels=_labels(table.table("labels", {})),
    )
    table.finish()
    return option


def _labels(table: Table) -> tuple[tuple[str, str], ...]:
    media = sorted(table.left)
    for medium in media:
        if not KEY.fullmatch(medium):
            table.fail("key_malformed", "a medium is lower case a-z, 0-9, _", medium)
    return tuple((medium, table.string(medium)) for medium in media)


def _trustees(table: Table) -> TrusteesRule:
    mixers = table.integer("mixers", 1) if table.has("mixers") else 0
    rule = TrusteesRule(table.strings("names"), table.integer("threshold", 1), mixers)
    table.finish()
    return rule


def _officer(table: Table) -> Officer:
    officer = Officer(table.string("name"), table.string("organisation"), table.string("key", ""))
    table.finish()
    return officer


def _approval(table: Table) -> ApprovalRule:
    rule = ApprovalRule(table.integer("total", 1), table.strings("from_each", ()))
    table.finish()
    return rule


def _roll(table: Table) -> RollRule:
    groups = []
    for row in table.tables("groups", ()):
        groups.append((row.string("name"), row.choice("channel", CHANNELS)))
        row.finish()
    table.finish()
    return RollRule(tuple(groups))


def _electors(table: Table) -> tuple[int, str]:
    electors = (table.integer("count", 1), table.string("source"))
    table.finish()
    return electors


def _plugins(table: Table) -> tuple[tuple[str, str, str], ...]:
    plugins = []
    for row in table.tables("plugins", ()):
        plugins.append((row.string("name"), row.string("distribution"), row.string("version")))
        row.finish()
    return tuple(plugins)


def _booth(table: Table) -> tuple[tuple[str, str], ...]:
    files: list[tuple[str, str]] = []
    for row in table.tables("booth", ()):
        name, digest = row.string("name"), row.string("sha256")
        if not DIGEST.fullmatch(digest) or name in dict(files):
            row.fail("booth_malformed", "one digest per file, 64 hex digits", "sha256")
        files.append((name, digest))
        row.finish()
    return tuple(files)


def every_text(election: Election) -> Mapping[str, Text]:
    """Return every text of an election by its place in the file."""
    texts = {
        "title": election.title,
        "description": election.description,
        "contact": election.contact,
        "period.shown": election.period.shown,
    }
    texts |= {f"conditions[{n}]": text for n, text in enumerate(election.conditions)}
    for number, contest in enumerate(election.contests):
        where = f"contests[{number}]"
        texts |= {f"{where}.title": contest.title, f"{where}.question": contest.question}
        if contest.description is not None:
            texts[f"{where}.description"] = contest.description
        for place, option in enumerate(contest.options):
            texts |= _option_texts(f"{where}.options[{place}]", option)
    return texts


def _option_texts(where: str, option: Option) -> dict[str, Text]:
    texts = {f"{where}.name": option.name}
    if option.description is not None:
        texts[f"{where}.description"] = option.description
    return texts | {f"{where}.aliases[{n}]": text for n, text in enumerate(option.aliases)}
