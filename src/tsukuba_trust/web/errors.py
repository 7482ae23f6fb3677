"""Error pages of our own: a stable code, a plain sentence, an incident mark (voting-flow 2.3)."""

import logging
import traceback
from dataclasses import dataclass
from typing import Final

from pyramid.config import Configurator
from pyramid.exceptions import PredicateMismatch
from pyramid.httpexceptions import HTTPException, HTTPMethodNotAllowed
from pyramid.request import Request
from pyramid.response import Response

from tsukuba_trust.errors import Refused, Rejected, TrustError, Unavailable
from tsukuba_trust.web.application import of
from tsukuba_trust.web.error_page import error_page
from tsukuba_trust.web.error_texts import sentence
from tsukuba_trust.web.locales import language_of

LOG = logging.getLogger("tsukuba_trust.incidents")
MARKS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MARK_LENGTH: Final = 6
RETRY_AFTER_S: Final = 10

STATUS_CODES: Final = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    421: "wrong_host",
    429: "too_many_tries",
    500: "internal_error",
    503: "server_busy",
}
CODE_STATUS: Final = {
    "unknown_election": 404,
    "unknown_contest": 404,
    "unknown_entry": 404,
    "not_published": 404,
    "unknown_attempt": 404,
    "receipt_not_found": 404,
    "too_large": 413,
    "too_many_tries": 429,
    "wrong_host": 421,
    "unsupported_media_type": 415,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as it is told.

    :param mark: of the incident; the log has the same
    :param retry_after_s: where waiting helps
    """

    status: int
    code: str
    mark: str
    retry_after_s: int | None = None


def incident_mark(request: Request) -> str:
    """Return the request's incident mark: six random characters, the same at every call."""
    drawn = int.from_bytes(of(request).randomness(4), "big")
    return "".join(MARKS[(drawn >> (5 * place)) & 31] for place in range(MARK_LENGTH))


def refused(error: TrustError, request: Request) -> Response:
    """Tell what our own checks raised."""
    if isinstance(error, Refused | Rejected):
        return answer(request, CODE_STATUS.get(error.code, 400), error.code)
    if isinstance(error, Unavailable):
        log_incident(request, error.code, error)
        return answer(request, 503, "server_busy", RETRY_AFTER_S)
    return failed(error, request)


def told(error: HTTPException, request: Request) -> Response:
    """Tell what the framework raised: unknown paths, wrong methods, too much."""
    if isinstance(error, PredicateMismatch):
        error = HTTPMethodNotAllowed(headers={"Allow": _other_methods(request.method)})
    status = int(error.status_int)
    if status < 400:
        return error
    response = answer(request, status, STATUS_CODES.get(status, "bad_request"))
    for name in ("Allow", "Retry-After"):
        if name in error.headers:
            response.headers[name] = error.headers[name]
    return response


def _other_methods(used: str) -> str:
    return "POST" if used in ("GET", "HEAD") else "GET, HEAD"


def failed(error: Exception, request: Request) -> Response:
    """Tell that we failed, and log where: never the message, which may hold data."""
    log_incident(request, "internal_error", error)
    return answer(request, 500, "internal_error")


def log_incident(request: Request, code: str, error: Exception) -> None:
    """Log an incident under its mark: where in the program, no value of the request."""
    of(request).metrics.incident()
    route = getattr(request.matched_route, "name", "-")
    frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    LOG.error(
        "incident %s code=%s route=%s %s\n%s",
        request.incident_mark,
        code,
        route,
        type(error).__name__,
        frames,
    )


def answer(request: Request, status: int, code: str, retry_after_s: int | None = None) -> Response:
    """Answer with a page or, to programs, with JSON."""
    problem = Problem(status, code, request.incident_mark, retry_after_s)
    response = _json(request, problem) if wants_json(request) else _page(request, problem)
    response.status_int = status
    response.headers["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def wants_json(request: Request) -> bool:
    """Return whether a program asks: an API path, or JSON accepted rather than HTML."""
    if "/graphql" in request.path_info or request.content_type == "application/json":
        return True
    offers = request.accept.acceptable_offers(["text/html", "application/json"])
    return bool(offers) and offers[0][0] == "application/json"


def _json(request: Request, problem: Problem) -> Response:
    extensions = {"code": problem.code, "incident": problem.mark}
    if problem.retry_after_s is not None:
        extensions["retryAfterMs"] = problem.retry_after_s * 1000  # type: ignore[assignment]
    message = sentence(problem.code, language_of(request))
    return Response(
        json_body={"errors": [{"message": message, "extensions": extensions}]},
        content_type="application/json",
    )


def _page(request: Request, problem: Problem) -> Response:
    text = error_page(request, problem.code, problem.mark)
    return Response(text=text, content_type="text/html", charset="utf-8")


def includeme(config: Configurator) -> None:
    """Show our own errors in our own words; those of a host application stay its own."""
    config.add_request_method(incident_mark, "incident_mark", reify=True)
    config.add_exception_view(refused, context=TrustError)


def all_of_them(config: Configurator) -> None:
    """Show every error: for applications that are ours alone."""
    config.add_exception_view(told, context=HTTPException)
    config.add_exception_view(failed, context=Exception)
