"""A city's portal: an own layout, languages, sign-in, cookies, and voting below /vote."""

from pyramid.authentication import AuthTktCookieHelper
from pyramid.config import Configurator
from pyramid.response import Response
from pyramid.session import SignedCookieSessionFactory

LAYOUT = "city_portal:templates/city.jinja2"


class SignIn:
    """A security policy that remembers people by a cookie."""

    def __init__(self, seen):
        self._cookie = AuthTktCookieHelper("portal-secret", hashalg="sha512")
        self._seen = seen

    def identity(self, request):
        self._seen.append("policy")
        return self._cookie.identify(request)

    def authenticated_userid(self, request):
        return (self.identity(request) or {}).get("userid")

    def permits(self, request, context, permission):
        return self.identity(request) is not None

    def remember(self, request, userid, **kw):
        return self._cookie.remember(request, userid)

    def forget(self, request, **kw):
        return self._cookie.forget(request)


def counting(handler, registry):
    """Count visits with a cookie, on every page."""

    def tween(request):
        registry["seen"].append("tween")
        response = handler(request)
        response.set_cookie("visits", "1")
        return response

    return tween


def language(request):
    registry_seen = request.registry["seen"]
    registry_seen.append("locale")
    return request.cookies.get("city-language", "en")


def home(request):
    request.registry["seen"].append("view")
    request.session["visited"] = True
    return Response("Welcome to the city")


def everything_else(request):
    request.registry["seen"].append("not found view")
    return Response("The city does not know this page", status=404)


def main(global_config, **settings):
    settings.setdefault("tsukuba_trust.layout", LAYOUT)
    seen = []
    config = Configurator(
        settings=settings,
        session_factory=SignedCookieSessionFactory("portal-session", cookie_name="city-session"),
        security_policy=SignIn(seen),
        locale_negotiator=language,
    )
    config.registry["seen"] = seen
    config.include("pyramid_jinja2")
    config.add_tween("city_portal.counting")
    config.add_route("home", "/")
    config.add_view(home, route_name="home")
    config.add_static_view("static", "city_portal:templates")
    config.add_notfound_view(everything_else)
    config.include("tsukuba_trust", route_prefix="/vote")
    return config.make_wsgi_app()
