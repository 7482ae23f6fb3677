"""What must be refused: sent to the real services, and shown with the code of the refusal."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tsukuba_trust.cli.rehearsal.cast import (
    ROLL_CODE,
    Answer,
    Player,
    card_answer,
    fresh_code,
    selection,
)
from tsukuba_trust.cli.rehearsal.stage import Stage
from tsukuba_trust.cli.rehearsal.voting import Sealed, Voted, seal, vote
from tsukuba_trust.errors import Misconfigured, TrustError, Unavailable
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.testing.people import (
    FROM_TSUCHIURA,
    FROM_TSUKUBAMIRAI,
    WITH_EXPIRED_CARD,
)
from tsukuba_trust.values import Json


@dataclass(frozen=True, slots=True)
class Trial:
    """Something that must not get in, and what became of it.

    :param code: of the refusal; empty when it was accepted
    :param wrote: whether the log grew, which it must not
    """

    what: str
    code: str
    wrote: bool

    @property
    def passed(self) -> bool:
        return bool(self.code) and not self.wrote


def attempt(stage: Stage, what: str, act: Callable[[], object]) -> Trial:
    """Try something and report; only refusals count, not outages or our own mistakes."""
    board, origin = stage.office.services.board, stage.proposed.origin
    size, code = board.head(origin).size, ""
    try:
        act()
    except (Misconfigured, Unavailable):
        raise
    except TrustError as error:
        code = error.code
    return Trial(what, code, board.head(origin).size != size)


def strangers(stage: Stage, fixed: Fixed, at: datetime) -> Iterator[Trial]:
    """Send people who may not vote here."""
    answers: list[tuple[str, Answer]] = []
    if stage.election.identity[0].provider == ROLL_CODE:
        answers.append(("a code that nobody was given", fresh_code()))
    else:
        answers += [
            ("a card from 土浦市", card_answer(stage, FROM_TSUCHIURA)),
            ("a card from つくばみらい市", card_answer(stage, FROM_TSUKUBAMIRAI)),
            ("an expired card", card_answer(stage, WITH_EXPIRED_CARD, "expired")),
        ]
    for what, answer in answers:
        player = Player(answer, (), revotes=False)
        yield attempt(stage, what, partial(vote, stage, fixed, player, seal(fixed, ()), at))


def double_voters(
    stage: Stage, fixed: Fixed, player: Player, voted: Voted, at: datetime
) -> Iterator[Trial]:
    """Let one person become two holders; she stays one, and her old keys lose their right."""
    services, origin = stage.office.services, stage.proposed.origin
    contest, chosen = player.choices[0]
    holders = services.board.state(origin).holders
    vote(stage, fixed, player, seal(fixed, ()), at)
    same = services.board.state(origin).holders == holders
    scheme = services.registry.ballot_schemes[fixed.election.contest(contest).ballot_scheme]
    text = voted.voter.seal(contest, chosen, scheme)
    trial = attempt(
        stage,
        "a second holder for one person, casting with both",
        lambda: services.casting.cast(contest, text, at),
    )
    yield trial if same else Trial(trial.what, "", wrote=True)


def forgers(
    stage: Stage, fixed: Fixed, victim: Voted, forger: Sealed, at: datetime
) -> Iterator[Trial]:
    """Let a registered voter who has not cast yet send ballots that are not honest.

    (1) her ballot changed on its way (2) a choice she may not make, signed by herself
    (3) somebody else's ciphertexts under her own key.
    """
    cast = stage.office.services.casting.cast
    voter, ballots = forger
    contest = next(uuid for uuid in ballots if uuid in victim.ballots)
    text = ballots[contest]
    answers = json.loads(text)["answers"]
    proof = _any_proof(answers[0])
    response = proof["response"]
    proof["response"] = response[:-1] + str((int(response[-1]) + 1) % 10)
    changed = text.replace(response, proof["response"], 1)
    yield attempt(stage, "a tampered ballot", lambda: cast(contest, changed, at))
    forged = voter.sign(contest, answers)
    yield attempt(stage, "a ballot with a false proof", lambda: cast(contest, forged, at))
    copied = voter.sign(contest, json.loads(victim.ballots[contest])["answers"])
    yield attempt(stage, "a replayed ballot under another key", lambda: cast(contest, copied, at))


def _any_proof(answer: Json) -> Json:
    """Return one proof of an answer, whatever its scheme."""
    if isinstance(answer, dict) and "response" in answer:
        return answer
    parts = answer.values() if isinstance(answer, dict) else answer
    inner = (_any_proof(part) for part in parts if isinstance(part, dict | list))
    return next((proof for proof in inner if proof is not None), None)


def replay(stage: Stage, victim: Voted, at: datetime) -> Trial:
    """Send a ballot's very bytes again: the same index, and no new entry."""
    board, origin = stage.office.services.board, stage.proposed.origin
    contest, text = next(iter(victim.ballots.items()))
    size = board.head(origin).size
    again = stage.office.services.casting.cast(contest, text, at)
    same = again.index == victim.receipts[contest].index
    code = "same receipt" if same else ""
    return Trial("a replayed ballot, byte for byte", code, board.head(origin).size != size)


def latecomer(stage: Stage, voted: Voted, at: datetime) -> Trial:
    """Send a fresh ballot of a registered voter after the end."""
    fixed, services = stage.fixed(), stage.office.services
    contest = fixed.election.contests[0]
    chosen = selection(contest, random.Random(0))  # noqa: S311 - a choice, no secret
    scheme = services.registry.ballot_schemes[contest.ballot_scheme]
    text = voted.voter.seal(contest.uuid, chosen, scheme)
    return attempt(
        stage, "a ballot after the end", lambda: services.casting.cast(contest.uuid, text, at)
    )
