"""What every resolver gets: the installation, the time of admission, the reader's language."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import strawberry
from pyramid.request import Request

from tsukuba_trust.services.assembly import Services
from tsukuba_trust.web.application import Application, of
from tsukuba_trust.web.locales import language_of


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one operation.

    :param at: when the outermost layer saw the whole request, aware UTC
    :param locale: of texts where the caller names none
    """

    application: Application
    request: Request
    at: datetime
    locale: str

    @property
    def incident(self) -> str:
        """The incident mark, drawn at its first use."""
        mark: str = self.request.incident_mark
        return mark

    @property
    def services(self) -> Services:
        """The services of the installation."""
        return self.application.office.services


Info: TypeAlias = strawberry.Info[Context, None]


def context_of(request: Request) -> Context:
    """Return the context of a request."""
    return Context(of(request), request, request.admitted_at, language_of(request))
