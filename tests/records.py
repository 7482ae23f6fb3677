"""Small complete records, made straight from crypto and board functions.

No store, no service, and an archive written apart from the rebuilding rule, so that
verifier and services are judged by somebody else. Every value passes through a named
hook on its way; what a hook changes is broken, and everything after it (signatures of
acts, hashes, tiles, checkpoint) is made anew around it.

``build(path, change={"ballot 0": lambda text, log: …})``; the names stand where ``hook``
is called, here and in ``record_log``. A hook gets the value and the ``Log`` and returns
the value to go on with.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from record_log import Change, Log, registry
from record_parts import election, key
from record_tree import tree, write, zipped
from tsukuba_trust.board import acts, events
from tsukuba_trust.crypto import decryption, elgamal, json_text
from tsukuba_trust.crypto.ballot import read_ballot
from tsukuba_trust.crypto.factors import prove_factors
from tsukuba_trust.crypto.shuffle_record import reread_lists, shuffle_lists, sign_shuffle
from tsukuba_trust.crypto.strong_decryption import prove_strong
from tsukuba_trust.elections.outcome import decide, not_decrypted_text, outcome_text
from tsukuba_trust.errors import Rejected
from tsukuba_trust.values import Contest, Election, Json

__all__ = ["SCRIPT", "build", "make", "registry", "tree", "write", "zipped"]

# Who does what: re-votes, a replaced card with and without a later ballot, no ballot at all.
SCRIPT = (
    ("register", "ann"),
    ("cast", "ann", 0),
    ("register", "bob"),
    ("cast", "bob", 1),
    ("cast", "bob", 2),
    ("replace", "ann"),
    ("register", "cho"),
    ("replace", "cho"),
    ("cast", "cho", 0),
    ("register", "dan"),
    ("register", "eve"),
    ("cast", "eve", 0),
    ("replace", "bob"),
    ("cast", "bob", 1),
)
PHASES = (
    *("sealed", "opened", "voted", "ended", "struck"),
    *("tallied", "mixed", "decrypted", "declared"),
)


def build(path: Path, **arguments: Any) -> Path:
    """Make a record and write it as the static tree into a new folder.

    :param arguments: of ``make``
    """
    return write(make(**arguments), path)


def make(
    of: Election | None = None,
    *,
    change: Change | None = None,
    script: Sequence[tuple[Any, ...]] = SCRIPT,
    strikes: Sequence[str] = ("eve",),
    until: str = "declared",
    electors: int = 10,
    of_electors: int | None = None,
    outcome_of: str = "",
    audited: bool = True,
    decrypting: Sequence[int] = (),
    proves_strongly: bool = True,
    seed: str = "record",
) -> Log:
    """Hold an election up to a phase.

    :param strikes: names of holders, or none
    :param of_electors: electors that the outcome is of, where there is no roll
    :param outcome_of: result that the outcome is made from instead of the declared one
    :param decrypting: numbers of the trustees that decrypt; as many as needed by default
    :param proves_strongly: whether trustees decrypt with this project's own command
    """
    log = Log(of or election(), change or {}, seed)
    reached = PHASES.index(until)
    log.electors, log.outcome_of = of_electors, outcome_of
    log.declares, log.proves_strongly = until == "declared", proves_strongly
    log.define()
    log.fix_trustees()
    if log.election.electorate == "roll":
        log.fix_roll(electors)
        log.electors = electors
    log.act("seal", subject=[log.entry(i) for i in range(len(log.data))])
    if reached >= PHASES.index("opened"):
        log.rehearse()
        log.heads.append(len(log.data))
    if reached >= PHASES.index("voted"):
        log.play(script)
    if reached >= PHASES.index("ended"):
        log.end()
        log.heads.append(len(log.data))
    struck = strike(log, strikes) if reached >= PHASES.index("struck") and strikes else set()
    if reached >= PHASES.index("tallied"):
        count(log, struck, decrypting, reached, audited)
    log.data = log.hook("entries", log.data)
    return log


def strike(log: Log, names: Sequence[str]) -> set[str]:
    """Strike holders by act; return their names."""
    held = sorted((log.holders[name].first, name) for name in names)
    items = [{"holder": first, "reason": "voted on paper"} for first, _ in held]
    items = log.hook("strikes", items)
    entry: Json = {
        "type": "HoldersStruck",
        "holders": log.document(json_text.write(items)),
        "count": len(items),
        "act": log.acts + 1,
    }
    entry = log.hook("struck", entry)
    log.act("strike", subject=[entry])
    log.append(entry)
    return {name for _, name in held}


def count(
    log: Log, struck: set[str], decrypting: Sequence[int], reached: int, audited: bool
) -> None:
    """Fix every tally; then, as far as wanted, decrypt, audit and declare."""
    shapes = {c.uuid: fix_tally(log, n, c, struck) for n, c in enumerate(log.election.contests)}
    if reached >= PHASES.index("mixed"):
        for n, c in enumerate(log.election.contests):
            lists, ballots = shapes[c.uuid]
            if log.scheme_of(c.uuid).needs_shuffle and ballots >= log.election.minimum_ballots:
                shapes[c.uuid] = mix(log, n, c.uuid, lists), ballots
    log.heads.append(len(log.data))
    if reached < PHASES.index("decrypted"):
        for uuid, shuffles in log.mixed.items():
            prefix = log.archives[uuid]
            log.archives[uuid] = events.continue_archive(prefix, [], shuffles=shuffles)
        return
    threshold = log.election.trustees.threshold
    total = len(log.election.trustees.names)
    # The last member and the first ones: any sufficient set will do.
    default = (total, *range(1, threshold))[:threshold]
    results = {}
    for number, contest in enumerate(log.election.contests):
        if shapes[contest.uuid][1] >= log.election.minimum_ballots:
            owners = decrypting or default
            results[contest.uuid] = decrypt(log, number, contest, shapes[contest.uuid], owners)
    if reached >= PHASES.index("declared"):
        if audited:
            audit(log)
        declare(log, results, {uuid: n for uuid, (_, n) in shapes.items()})


def counting_ballots(log: Log, uuid: str, struck: set[str]) -> list[tuple[str, str]]:
    """Return (credential, ballot or nothing) per holder, sorted as in the archive."""
    group = log.trustees.group
    pairs = []
    for name, holder in log.holders.items():
        if name not in struck:
            text = holder.ballots.get(uuid, "")
            credential = read_ballot(text).credential if text else holder.credentials[uuid]
            pairs.append((credential, text))
    return sorted(
        pairs, key=lambda pair: group.sort_key(group.decode(pair[0], identity_allowed=False))
    )


def fix_tally(
    log: Log, number: int, contest: Contest, struck: set[str]
) -> tuple[list[list[elgamal.Ciphertext]], int]:
    """Write an archive up to its tally and the entry that names it."""
    group, uuid = log.trustees.group, contest.uuid
    pairs = log.hook(f"counted {number}", counting_ballots(log, uuid, struck))
    texts = [text for _, text in pairs if text]
    answers = [read_ballot(text).answers[0] for text in texts]
    sums = log.scheme_of(uuid).combine(log.context(uuid, ""), answers, [1] * len(answers))
    tally = json_text.write([[elgamal.ciphertext_json(group, item) for item in sums]])
    tally = log.hook(f"tally {number}", tally)
    records = (
        log.records[uuid].text,
        log.trustees_text,
        json_text.write([credential for credential, _ in pairs]),
    )
    opens = log.hook("opens", int(log.election.period.opens.timestamp()))
    sized = events.Tally(tally, len(texts), len(texts))
    data = events.setup_until_tally(opens, records, texts, sized)
    data = log.hook(f"archive {number}", data)
    log.archives[uuid] = data
    entry = {
        "type": "TallyFixed",
        "contest": uuid,
        "archive": log.blob(data),
        "tally": events.digest(tally.encode()),
        "ballots": len(texts),
    }
    log.append(log.hook(f"tallied {number}", entry))
    return [list(sums)], len(texts)


def mix(
    log: Log, number: int, uuid: str, lists: list[list[elgamal.Ciphertext]]
) -> list[list[elgamal.Ciphertext]]:
    """Append the trustees' shuffles; return the last list."""
    group, record = log.trustees.group, log.records[uuid]
    for owner in log.hook(f"mixers {number}", range(1, log.election.trustees.shuffles + 1)):
        text = shuffle_lists(group, record.key, record.fingerprint, lists, log.draw)
        made, text = text, log.hook(f"shuffle {number} {owner}", text)
        log.mixed.setdefault(uuid, []).append((owner, text))
        entry = {
            "type": "Shuffled",
            "contest": uuid,
            "trustee": owner,
            "step": len(log.mixed[uuid]),
            "shuffle": log.document(text),
            "proof": sign_shuffle(
                group, record.fingerprint, log.keys.secrets[owner - 1], text, log.draw
            ),
        }
        log.append(log.hook(f"shuffled {number} {owner}", entry))
        with suppress(Rejected):
            made = text if reread_lists(group, text) else made
        lists = [list(row) for row in reread_lists(group, made)]
    return lists


def decrypt(
    log: Log,
    number: int,
    contest: Contest,
    counted: tuple[list[list[elgamal.Ciphertext]], int],
    owners: Sequence[int],
) -> str:
    """Append the trustees' decryptions; return the result's text."""
    group, uuid = log.trustees.group, contest.uuid
    shape, ballots = counted
    phi, keys = log.records[uuid].fingerprint, log.trustees.verification_keys
    factors, texts = {}, []
    for owner in owners:
        secret = log.keys.secrets[owner - 1]
        text = decryption.partial_decrypt(group, phi, secret, keys[owner - 1], shape, log.draw)
        factors[owner] = decryption.check_partial(group, phi, keys[owner - 1], shape, text)
        strong = prove_strong(group, phi, secret, shape, text, log.draw)
        text = log.hook(f"partial {number} {owner}", text)
        texts.append((owner, text))
        entry = {
            "type": "PartiallyDecrypted",
            "contest": uuid,
            "trustee": owner,
            "decryption": log.document(text),
        }
        if uuid in log.mixed:
            entry["proof"] = prove_factors(group, phi, secret, shape, text, log.draw)
        elif log.proves_strongly:
            entry["strong"] = log.document(log.hook(f"strong {number} {owner}", strong))
        log.append(log.hook(f"decrypted {number} {owner}", entry))
    plain = decryption.combine(log.trustees, factors, shape)[0]
    log.irregular[uuid] = log.scheme_of(uuid).irregular(log.context(uuid, ""), plain)
    found = log.scheme_of(uuid).decode(log.context(uuid, ""), plain, ballots)
    result = log.hook(f"result {number}", json_text.write({"result": [found]}))
    final = events.continue_archive(
        log.archives[uuid],
        texts,
        result if log.declares else None,
        shuffles=log.mixed.get(uuid, ()),
    )
    log.archives[uuid] = log.hook(f"final {number}", final)
    return str(result)


def audit(log: Log) -> None:
    """Append the auditors' finding."""
    entry: Json = {
        "type": "RegistrationAudited",
        "checked": log.registrations,
        "faulty": 0,
        "sample": log.document("all"),
        "auditors": [],
    }
    entry = log.hook("audit", entry)
    for name in log.hook("auditors", ("Doi", "Endo")):
        entry = acts.sign_audit(log.origin, entry, name, key(name))
    log.append(log.hook("audited", entry))


def declare(log: Log, results: dict[str, str], ballots: dict[str, int]) -> None:
    """Certify and declare every contest."""
    declared = []
    for number, contest in enumerate(log.election.contests):
        entry: Json = {
            "type": "ResultDeclared",
            "contest": contest.uuid,
            "act": log.acts + 1,
        }
        total, result = ballots[contest.uuid], results.get(contest.uuid)
        if result is None:
            text = not_decrypted_text(total)
        else:
            entry["result"] = log.document(result, blob=True)
            text = outcome_text(outcome(log, contest, result, total), total)
        entry["outcome"] = log.document(log.hook(f"outcome {number}", text), blob=True)
        declared.append(log.hook(f"declared {number}", entry))
    log.act("certify", subject=declared)
    for entry in declared:
        log.append(entry)


def outcome(log: Log, contest: Contest, result: str, ballots: int) -> Any:
    """Ask the tally method."""
    method = log.registry.tally_methods[contest.tally_method]
    entry = json_text.read(log.outcome_of or result, code="result")["result"][0]
    return decide(
        contest,
        log.scheme_of(contest.uuid),
        method,
        result=entry,
        ballots=ballots,
        irregular=log.irregular[contest.uuid],
        papers=[log.papers[place] for place in sorted(log.papers)],
        electors=log.electors,
        lots=log.lots or None,
    )
