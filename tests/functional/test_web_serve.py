"""``serve`` and ``work`` as processes: one socket, several processes, a stop that loses nothing."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from services_running import PATIENCE_S, children, free_port, get, served, wait_until_served
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.jobs import work_once
from tsukuba_trust.web.metrics import Metrics
from tsukuba_trust.web.server import bind, run
from web_world import WebWorld, web_world


@pytest.fixture
def world(tmp_path):
    made = web_world(tmp_path / "state")
    yield made
    made.close()


def status(port, path, host):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    connection.close()
    return answer.status


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Run two processes for all tests that only ask them."""
    made = web_world(tmp_path_factory.mktemp("service") / "state")
    internal = free_port()
    with served(made, "--processes", "2", internal=internal) as (port, process):
        yield made, port, internal, process
    made.close()


def test_two_processes_share_one_socket_and_one_set_of_metrics(service):
    world, port, internal, process = service
    assert len(children(process)) == 2
    first = 'tsukuba_trust_requests_total{host="portal",status="2xx"} '
    before = int(get(internal, "/metrics").partition(first)[2].partition("\n")[0])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: get(port, "/robots.txt"), range(40)))
    assert set(answers) == {"User-agent: *\nDisallow:\n"}
    seen = [get(internal, "/metrics") for _ in range(4)]
    assert all(f"{first}{before + 40}\n" in text for text in seen)
    assert f'tsukuba_trust_log_entries{{election="{world.slug}"}}' in seen[0]


def test_health_is_told_on_the_internal_port_only(service):
    _world, port, internal, _process = service
    assert get(internal, "/health/live") == "live\n"
    assert get(internal, "/health/ready") == "ready\n"
    for host in ("127.0.0.1:6543", "localhost:6543"):
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert status(port, path, host) in (303, 404)  # 303: no such election


def test_what_another_process_appends_is_served(service):
    world, port, _internal, _process = service
    size = int(get(port, f"/board/{world.slug}/checkpoint").splitlines()[1])
    receipt = world.cast(world.registered(1))
    newest = get(port, f"/board/{world.slug}/checkpoint")
    assert int(newest.splitlines()[1]) == receipt.index + 1 > size


def test_a_dead_process_is_started_anew(service):
    _world, port, _internal, process = service
    before = children(process)
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while len(set(children(process)) - {before[0]}) < 2:
        assert time.monotonic() < deadline, "nobody took its place"
        time.sleep(0.1)
    assert get(port, "/robots.txt")


def test_what_has_arrived_is_answered_before_the_stop():
    started, go, answered = threading.Event(), threading.Event(), []

    def slow(environ, start):
        started.set()
        go.wait(PATIENCE_S)
        start("200 OK", [("Content-Length", "4")])
        return [b"done"]

    stop, sockets = threading.Event(), bind(["127.0.0.1:0"])
    port = sockets[0].getsockname()[1]
    server = threading.Thread(target=run, args=(slow, sockets, stop, 2))
    server.start()
    client = threading.Thread(target=lambda: answered.append(get(port, "/")))
    client.start()
    assert started.wait(PATIENCE_S)
    stop.set()
    time.sleep(1)
    go.set()
    client.join(PATIENCE_S)
    server.join(PATIENCE_S)
    assert answered == ["done"]
    with pytest.raises(OSError):
        get(port, "/")


def test_a_taken_address_is_told():
    (taken,) = bind(["127.0.0.1:0"])
    taken.listen()
    with pytest.raises(Misconfigured, match="address_unusable"):
        bind([f"127.0.0.1:{taken.getsockname()[1]}"])
    taken.close()


def test_a_body_beyond_every_limit_never_reaches_a_view(world: WebWorld):
    with world.serve_in_thread() as port, socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(
            b"POST /graphql/cast HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 1000000\r\nContent-Type: application/json\r\n\r\n" + b"x" * 1_000_000
        )
        answer = one.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert "Server:" not in answer


def test_metrics_add_up_and_name_nobody():
    metrics = Metrics(2)
    metrics.request("vote", 200, 7)
    metrics.become(1)
    metrics.request("vote", 404, 20_000)
    metrics.incident()
    text = metrics.text({})
    assert 'requests_total{host="vote",status="2xx"} 1' in text
    assert 'requests_total{host="vote",status="4xx"} 1' in text
    assert 'milliseconds_bucket{host="vote",le="10"} 1' in text
    assert 'milliseconds_bucket{host="vote",le="+Inf"} 2' in text
    assert 'milliseconds_sum{host="vote"} 20007' in text
    assert "incidents_total 1" in text


def test_development_ini_runs_as_it_stands(tmp_path):
    """Only the port is another one, because tests may run beside a demo."""
    port = free_port()
    text = (Path(__file__).parents[2] / "development.ini").read_text(encoding="utf-8")
    (tmp_path / "development.ini").write_text(text.replace("6543", str(port)), encoding="utf-8")
    pserve = Path(sys.executable).with_name("pserve")
    process = subprocess.Popen(
        [pserve, "development.ini"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert "Disallow:\n" in wait_until_served(port)
        assert get(port, "/robots.txt", f"localhost:{port}").endswith("Disallow: /\n")
        assert "</html>" in get(port, "/?lang=en", f"127.0.0.1:{port}")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


# -- work -------------------------------------------------------------------------

NO_DRAIN = timedelta(0)


def work(world, at, drain=NO_DRAIN):
    return work_once(world.services, at, drain)


def test_work_opens_when_the_time_has_come(tmp_path):
    world = web_world(tmp_path / "state", stage="prepared")
    opens = world.election.period.opens
    assert not [line for line in work(world, opens - timedelta(seconds=1)) if "open" in line]
    assert any(line.startswith("open ") for line in work(world, opens))
    assert world.types()[-1] == "VotingOpened"
    world.close()


def test_work_ends_after_the_drain_and_not_before(world: WebWorld):
    closes, drain = world.election.period.closes, timedelta(seconds=120)
    work(world, closes + drain - timedelta(seconds=1), drain)
    assert "VotingEnded" not in world.types()
    work(world, closes + drain, drain)
    assert world.types()[-1] == "VotingEnded"


def test_work_publishes_what_was_not_signed(world: WebWorld):
    world.registered(1)
    origin = world.fixed.origin
    work(world, world.now)
    assert world.services.published.size(origin) == world.services.board.head(origin).size


def test_a_second_round_has_nothing_to_do(world: WebWorld):
    work(world, world.now)
    assert work(world, world.now) == []


def test_work_destroys_expired_attempts(world: WebWorld):
    world.registered(1)
    lines = work(world, world.now + timedelta(minutes=11))
    assert "purge: erased: 1" in lines


def test_a_failing_job_does_not_stop_the_others(world: WebWorld, monkeypatch):
    from tsukuba_trust.errors import Unavailable

    def broken():
        raise Unavailable("database_busy")

    monkeypatch.setattr(world.services.registrar, "sweep", broken)
    world.registered(1)
    lines = work(world, world.now + timedelta(minutes=11))
    assert lines[0] == "deliver: failed: database_busy"
    assert "purge: erased: 1" in lines


def test_work_runs_as_a_command(world: WebWorld):
    script = "from tsukuba_trust.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "work", "--once", "--settings", str(world.ini)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_settings_file_of_a_world_is_whole(world: WebWorld):
    from tsukuba_trust.settings import read_settings

    assert json.dumps(read_settings(world.ini).voting_host) == '"localhost:6543"'
