"""Judging an answer: the provider's word, the election's conditions, and who it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tsukuba_trust.board import registration
from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.interfaces import AttemptView, Identity, IIdentityProvider
from tsukuba_trust.registry import Registry
from tsukuba_trust.services import admission
from tsukuba_trust.services.admission import Judged
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.keys import RegistrarKeys, registrar_keys
from tsukuba_trust.services.roll import Rolls
from tsukuba_trust.store.attempts import Attempt
from tsukuba_trust.store.board import BoardStore
from tsukuba_trust.store.engines import until_free
from tsukuba_trust.store.roll import Person, RollStore
from tsukuba_trust.values import Json


class Judging:
    """Finds out who answered an attempt, and whether she may vote. Thread-safe.

    No transaction is open while a provider works: it may ask a service of its own.

    :param keys: by the origin of the election
    :param voting_host: host name and port that the registration text names
    """

    def __init__(
        self,
        *,
        board: BoardStore,
        roll: RollStore,
        rolls: Rolls,
        registry: Registry,
        keys: Mapping[str, RegistrarKeys],
        voting_host: str,
    ) -> None:
        self._board = board
        self._roll = roll
        self._rolls = rolls
        self._registry = registry
        self._keys = keys
        self._voting_host = voting_host

    def provider(self, fixed: Fixed, name: str) -> IIdentityProvider:
        """Return a provider that the election offers.

        :raises Refused: ``unknown_provider``
        :raises Misconfigured: ``provider_not_installed``
        """
        if name not in {rule.provider for rule in fixed.election.identity}:
            raise Refused("unknown_provider")
        plugin = self._registry.identity_providers.get(name)
        if plugin is None:
            raise Misconfigured("provider_not_installed", name)
        return plugin

    def view(self, fixed: Fixed, attempt: Attempt) -> AttemptView:
        """Return what a provider may know of an attempt."""
        content = attempt.content
        binding = registration.binding(
            fixed.origin,
            fixed.digest,
            attempt.id,
            bytes.fromhex(content["blind"]),
            [(item["contest"], item["credential"]) for item in content["credentials"]],
        )
        rules = {rule.provider: rule.parameters for rule in fixed.election.identity}
        return AttemptView(
            id=attempt.id,
            binding=binding,
            title=fixed.election.title.official,
            origin=fixed.origin,
            voting_host=self._voting_host,
            locale=content["locale"],
            enrolments=self._enrolments(fixed, content["provider"]),
            tries=attempt.refused,
            parameters=rules[content["provider"]],
        )

    def judge(self, fixed: Fixed, attempt: Attempt, response: Json, at: datetime) -> Judged:
        """Let the provider check an answer, then the election's conditions, then find her.

        :raises Refused: a ground of the provider, of ``admission`` or of the roll
        :raises Unavailable: the provider's service does not answer
        """
        name = attempt.content["provider"]
        plugin = self.provider(fixed, name)
        view = self.view(fixed, attempt)
        identity = plugin.complete(view, attempt.provider_state, response, at)
        admission.check_identity(fixed, identity)
        found = self._find(fixed, name, identity)
        judged = Judged(found, identity.attributes, identity.evidence, identity.bound, at)
        if fixed.election.electorate == "roll":
            self.check_roll(fixed, self.person(fixed, judged))
        return judged

    def person(self, fixed: Fixed, judged: Judged) -> Person:
        """Find a person of the roll, or admit the one that a certificate names."""

        def find() -> Person:
            with self._roll.begin() as tx:
                if fixed.election.electorate == "certificate":
                    return tx.admit(fixed.origin, bytes.fromhex(judged.person))
                return tx.lock(fixed.origin, judged.person)

        return until_free(find)

    def check_roll(self, fixed: Fixed, person: Person) -> None:
        """Check that a person's group votes here, and that her line is the board's.

        :raises Refused: ``not_eligible`` or ``roll_changed``
        """
        admission.check_group(fixed, person.group)
        root = self._board.state(fixed.origin).roll_root
        self._rolls.check_member(fixed, root, person)

    def _find(self, fixed: Fixed, provider: str, identity: Identity) -> str:
        key = registrar_keys(self._keys, fixed.origin).persons
        alike = self._alike(fixed, identity)

        def find() -> str:
            with self._roll.begin() as tx:
                return admission.find_person(tx, fixed, key, provider, identity, alike)

        return until_free(find)

    def _alike(self, fixed: Fixed, identity: Identity) -> Sequence[str]:
        """Return who on the roll has the birth date and sex of an identity."""
        if fixed.election.electorate == "certificate" or not identity.attributes:
            return ()
        root = self._board.state(fixed.origin).roll_root
        birth_date, sex = (identity.attributes.get(part, "") for part in ("birth_date", "sex"))
        return self._rolls.born(fixed, root, birth_date, sex)

    def _enrolments(self, fixed: Fixed, provider: str) -> tuple[Json, ...]:
        if fixed.election.electorate == "certificate":
            return ()
        with self._roll.begin() as tx:
            return tuple(one.data for one in tx.enrolments(fixed.origin, provider))
