"""Health and metrics for the operator, on the internal port only (voting-flow 1.2)."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from tsukuba_trust.errors import TrustError
from tsukuba_trust.web.application import Application

Start: TypeAlias = Callable[[str, list[tuple[str, str]]], Any]

REASONS: Final = {200: "200 OK", 404: "404 Not Found", 503: "503 Service Unavailable"}


class Internal:
    """A WSGI application of three paths; it is never behind a public host name."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._paths: dict[str, Callable[[], tuple[int, str]]] = {
            "/health/live": lambda: (200, "live\n"),
            "/health/ready": self._ready,
            "/metrics": self._metrics,
        }

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        answer = self._paths.get(environ.get("PATH_INFO", ""), lambda: (404, "not found\n"))
        status, text = answer()
        body = text.encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
        start(REASONS[status], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    def _ready(self) -> tuple[int, str]:
        """Say whether every database answers and every log may be written."""
        services = self._application.office.services
        try:
            problems = services.board.start()
            if self._application.settings.role != "box":
                with services.attempts.begin() as tx:
                    tx.counted("ready")
        except TrustError as error:
            return 503, f"{error.code}\n"
        if problems:
            return 503, "".join(f"{origin}: read-only\n" for origin in sorted(problems))
        return 200, "ready\n"

    def _metrics(self) -> tuple[int, str]:
        services = self._application.office.services
        gauges = {}
        for origin in services.board.origins():
            slug = origin.rpartition("/")[2]
            size, published = services.board.head(origin).size, services.published.size(origin)
            gauges[f'log_entries{{election="{slug}"}}'] = size
            gauges[f'log_published{{election="{slug}"}}'] = published
        return 200, self._application.metrics.text(gauges)
