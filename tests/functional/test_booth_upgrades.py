"""New software beside a running vote: its booth stays, until officers correct it."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tsukuba_trust.cli import main
from tsukuba_trust.pages import booth_shell
from tsukuba_trust.services.acts import Proposal
from tsukuba_trust.testing.holding import enact
from tsukuba_trust.verify import booth
from tsukuba_trust.verify.booth import booth_digests
from tsukuba_trust.verify.builds import keep_build
from web_world import PORTAL, WebWorld, web_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WebWorld]:
    made = web_world(tmp_path / "state")
    yield made
    made.close()


def upgraded(folder: Path) -> Path:
    """Copy this software's build with a changed style and the shell that names it."""
    shutil.copytree(booth_shell.BUILD, folder)
    made = json.loads((folder / "manifest.json").read_text())

    def put(name: str, data: bytes) -> None:
        digest, (stem, _, suffix) = hashlib.sha256(data).hexdigest(), name.rpartition(".")
        path = f"{stem}.{digest[:16]}.{suffix}"
        (folder / made[name]["path"]).unlink()
        (folder / path).write_bytes(data)
        made[name] = {**made[name], "path": path, "sha256": digest}

    style, page = made["booth.css"]["path"], made["shell.html"]["path"]
    put("booth.css", (folder / style).read_bytes() + b"\n")
    text = (folder / page).read_text().replace(style, made["booth.css"]["path"])
    put("shell.html", text.encode())
    (folder / "manifest.json").write_text(json.dumps(made))
    return folder


def shell_of(folder: Path) -> bytes:
    return (folder / booth_shell.manifest(folder)["shell.html"]["path"]).read_bytes()


def correct(world: WebWorld, folder: Path) -> int:
    """Let the officers fix a build, as ``election act … correct … --booth`` does."""
    files = keep_build(world.settings.builds, folder)
    rows = [{"name": name, "sha256": digest} for name, digest in files]
    world.act("correct", booth=rows)
    return world.services.acts.booth(world.fixed)[0]


def styles(page: str) -> list[str]:
    return re.findall(r'href="(/static/build/booth[^"]+)"', page)


def test_an_upgrade_does_not_change_a_running_booth(
    world: WebWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = world.vote.get(f"/{world.slug}").body
    assert before == shell_of(booth_shell.BUILD)
    monkeypatch.setattr(booth_shell, "BUILD", upgraded(tmp_path / "next"))
    assert shell_of(booth_shell.BUILD) != before
    for path in (f"/{world.slug}", f"/return?election={world.slug}"):
        page = world.vote.get(path)
        assert page.body == before
        [style] = styles(page.text)
        assert world.vote.get(style).status_int == 200
    new = booth_shell.manifest()["booth.css"]["path"]
    assert world.vote.get(f"/static/build/{new}").status_int == 200


def test_an_attempt_returns_to_the_booth_of_its_election(world: WebWorld) -> None:
    page = world.vote.get("/return?election=no-such-vote", status=303)
    assert page.headers["Location"] == f"http://{PORTAL}/"


def test_a_build_that_is_not_kept_is_replaced_by_none_and_the_log_says_so(
    world: WebWorld,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(booth_shell, "BUILD", upgraded(tmp_path / "next"))
    shutil.rmtree(world.settings.builds)
    booth_shell.keep_named(world.application)
    assert f"{world.fixed.origin}: booth_not_kept" in caplog.text
    assert world.vote.get(f"/{world.slug}", status=503).status_int == 503


def test_a_corrected_booth_is_served_at_once_and_its_style_too(
    world: WebWorld, tmp_path: Path
) -> None:
    repaired = upgraded(tmp_path / "next")
    correct(world, repaired)
    page = world.vote.get(f"/{world.slug}")
    assert page.body == shell_of(repaired)
    [style] = styles(page.text)
    assert world.vote.get(style).status_int == 200


def test_an_office_corrects_the_booth_by_a_command_and_its_officers(
    world: WebWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def propose(name: str) -> Result:
        words = ["election", "act", world.slug, "correct", str(tmp_path / name), "--booth"]
        return CliRunner().invoke(main, [*words, "--reason", "x", "--settings", str(world.ini)])

    same = propose("same.act")
    assert same.output.startswith("error: booth_same")
    monkeypatch.setattr(booth, "BUILT", upgraded(tmp_path / "next"))
    done = propose("a.act")
    assert done.exit_code == 0, done.output
    proposal = Proposal.from_text((tmp_path / "a.act").read_text())
    enact(world.services, world.fixed, world.staff, proposal)
    assert world.vote.get(f"/{world.slug}").body == shell_of(booth.BUILT)


def _verify(*words: object) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, words)])


def test_v06_verify_booth_knows_the_definitions_booth_and_the_corrected_one(
    world: WebWorld, tmp_path: Path
) -> None:
    repaired = upgraded(tmp_path / "next")
    number = correct(world, repaired)
    with world.serve_in_thread() as port:
        log = f"http://127.0.0.1:{port}/board/{world.slug}"
        served = _verify(log, "--booth", f"http://localhost:{port}")
        assert f"has fixed by act {number}.\n" in served.output
        assert dict(booth_digests(repaired))["shell.html"] in served.output
        old = _verify(log, "--booth", booth_shell.BUILD)
        assert old.exit_code == 0
        said = f"has fixed in its definition. Act {number} has corrected it since.\n"
        assert said in old.output
        for file in repaired.glob("worker.*"):
            file.write_bytes(b"")
        other = _verify(log, "--booth", repaired)
        assert other.exit_code == 1
        assert "booth_differs: worker.js" in other.output
