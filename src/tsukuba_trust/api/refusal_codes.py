"""The one list of refusal codes: pages, API and documentation use the same words."""

from enum import Enum

import strawberry


@strawberry.enum(description="Why something was refused; stable, never translated.")
class RefusalCode(Enum):
    """The table of error states (web.md 6), in its order."""

    card_locked = "card_locked"
    card_wrong_password = "card_wrong_password"  # noqa: S105
    card_unreadable = "card_unreadable"
    cert_expired = "cert_expired"
    cert_revoked = "cert_revoked"
    cert_check_unavailable = "cert_check_unavailable"
    cert_refused = "cert_refused"
    counter_needed = "counter_needed"
    not_tsukuba = "not_tsukuba"
    not_eligible = "not_eligible"
    not_open = "not_open"
    closed = "closed"
    already_voted = "already_voted"
    stale_definition = "stale_definition"
    network_lost_before_send = "network_lost_before_send"
    network_lost_unknown = "network_lost_unknown"
    server_busy = "server_busy"
    session_expired = "session_expired"
    device_unsupported = "device_unsupported"
    suspended = "suspended"
    receipt_not_found = "receipt_not_found"
    unknown_attempt = "unknown_attempt"
    attempt_expired = "attempt_expired"
    attempt_contested = "attempt_contested"
    wrong_token = "wrong_token"  # noqa: S105
    too_many_tries = "too_many_tries"
    credential_taken = "credential_taken"
    ballot_rejected = "ballot_rejected"
    component_seen = "component_seen"
    wrong_host = "wrong_host"
    unknown_operation = "unknown_operation"
    too_large = "too_large"
