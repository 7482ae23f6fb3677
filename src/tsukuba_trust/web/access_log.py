"""The access log: method, name of the route, status, duration. Nothing about anybody.

No address, no path, no query, no referrer, no agent (voting-flow 2.3).
"""

import logging
import time
from collections.abc import Callable
from typing import TypeAlias

from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.web.application import KEY

LOG = logging.getLogger("tsukuba_trust.access")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

HOST = "tsukuba_trust.host"

Handler: TypeAlias = Callable[[Request], Response]


def access_log(handler: Handler, registry: Registry) -> Handler:
    """Log one line for each request, and count it."""
    metrics = registry[KEY].metrics
    host = registry.get(HOST, "portal")

    def tween(request: Request) -> Response:
        start = time.perf_counter()
        response = handler(request)
        milliseconds = round((time.perf_counter() - start) * 1000)
        route = getattr(request.matched_route, "name", "-")
        method = request.method if request.method in METHODS else "-"
        metrics.request(host, response.status_int, milliseconds)
        LOG.info("%s %s %d %d ms", method, route, response.status_int, milliseconds)
        return response

    return tween
