"""Two hosts, two applications: what is meant for the voting host never meets the portal (D14)."""

from collections.abc import Callable
from typing import TypeAlias

from pyramid.config import Configurator
from pyramid.events import ApplicationCreated
from pyramid.interfaces import ITweens
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import INGRESS

from tsukuba_trust.errors import Misconfigured, Refused
from tsukuba_trust.web.admission import ADMITTED, believe_proxies
from tsukuba_trust.web.application import KEY, Application
from tsukuba_trust.web.host_names import canonical_host, is_voting_host

Handler: TypeAlias = Callable[[Request], Response]

TWEEN = "tsukuba_trust.web.hosts.hand_over"
VOTE_APP = "tsukuba_trust.vote_app"
LATEST = 1_000_000  # order of the action that adds the tween: after everything of the host


def hand_over(handler: Handler, registry: Registry) -> Handler:
    """Give requests for the voting host to its own application, before anything else runs."""
    application: Application = registry[KEY]
    settings = application.settings
    vote = registry[VOTE_APP]
    voting = canonical_host(settings.voting_host)
    portal = canonical_host(settings.portal_host)

    def tween(request: Request) -> Response:
        believe_proxies(request.environ, settings.trusted_proxies)
        try:
            host = canonical_host(request.environ.get("HTTP_HOST", ""))
        except Refused:
            # No page for a name that nobody can have typed: proxies and caches would differ.
            return Response(status=400, content_type="text/plain", text="host_invalid\n")
        if is_voting_host(host, voting, portal):
            return request.get_response(vote)
        request.environ[ADMITTED] = application.clock()
        return handler(request)

    return tween


def check_outermost(event: ApplicationCreated) -> None:
    """Refuse to start when something of the host application runs before the hand-over.

    :raises Misconfigured: ``host_tween_not_first``
    """
    tweens = event.app.registry.getUtility(ITweens)
    first = (tweens.explicit or tweens.implicit())[0][0]
    if first != TWEEN:
        raise Misconfigured(
            "host_tween_not_first", f"{first} runs before {TWEEN}", where="pyramid.tweens"
        )


def includeme(config: Configurator) -> None:
    """Build the voting host's application and put its tween before all others."""
    build = config.maybe_dotted("tsukuba_trust.vote_app")
    config.registry[VOTE_APP] = build({KEY: config.registry[KEY]})

    def add_last() -> None:
        # Implicit tweens that come later run earlier, and the host may add some after us.
        tweens = config.registry.getUtility(ITweens)
        tweens.add_implicit(TWEEN, hand_over, under=INGRESS)

    config.action(("tsukuba_trust", TWEEN), add_last, order=LATEST)
    config.add_subscriber(check_outermost, ApplicationCreated)
