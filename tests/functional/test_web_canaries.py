"""Under load, with lost connections and killed processes, everybody gets only her own (J09)."""

import copy
import http.client
import os
import re
import secrets
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from test_web_load import Http

from api_world import Booth
from services_running import children, served
from web_world import WebWorld, web_world

USERS, CLIENTS, KILLS = 300, 24, 3
ATTEMPT = re.compile(r"\b[0-9a-f]{32}\b")
LOST = (OSError, http.client.HTTPException, ValueError)


class Losing(Http):
    """Sends again what a killed process lost; some answers nobody waits for."""

    def post_json(self, path, body):
        if secrets.randbelow(20) == 0:
            self.give_up(path, body)
        deadline = time.monotonic() + 60
        while True:
            try:
                return super().post_json(path, body)
            except LOST:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def give_up(self, path, body):
        impatient = Http(self._port, self._host, timeout=0.01)
        with suppress(LOST):
            impatient.post_json(path, body)


def use(world: WebWorld):
    """Begin an attempt, ask for it as a device and as the page; return what was told to whom."""
    booth = Booth(world)
    booth.start()
    text = booth.request()["challenge"]["text"]
    own = booth.voter.binding(booth.attempt).hex()
    assert text.splitlines()[-1].endswith(own), "somebody else's binding"
    told = [booth.poll()["state"], booth.last.json]
    return booth.attempt, own, text + repr(told)


def test_j09_nobody_gets_what_belongs_to_somebody_else(tmp_path):
    world = web_world(tmp_path / "state")
    with served(world, "--processes", "2") as (port, process):
        outside = copy.copy(world)
        outside.vote = Losing(port, world.settings.voting_host)
        outside.portal = Losing(port, world.settings.portal_host)
        with ThreadPoolExecutor(CLIENTS) as users:
            done = [users.submit(use, outside) for _ in range(USERS)]
            for _ in range(KILLS):
                time.sleep(1)
                os.kill(children(process)[0], signal.SIGKILL)
            told = [one.result() for one in done]
    attempts = {attempt for attempt, _own, _text in told}
    bindings = {own for _attempt, own, _text in told}
    assert len(attempts) == len(bindings) == USERS
    for attempt, own, text in told:
        assert set(ATTEMPT.findall(text)) & attempts <= {attempt}
        assert {other for other in bindings if other in text} == {own}
    world.close()
