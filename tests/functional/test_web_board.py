"""The board over HTTP: what a static mirror has too, and nothing beyond the published head."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from pyramid.request import Request

from tsukuba_trust.board import merkle, note, tiles
from web_world import WebWorld, web_world

VECTORS = Path(__file__).parents[1] / "vectors" / "board"
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = web_world(tmp_path_factory.mktemp("board") / "state")
    for person in (1, 2):
        made.cast(made.registered(person))
    yield made
    made.close()


def path(world, rest):
    return f"/board/{world.slug}/{rest}"


def get(world, rest, host="portal", **arguments):
    return getattr(world, host).get(path(world, rest), **arguments)


def published(world):
    return note.peek_checkpoint(get(world, "checkpoint").text)


@pytest.mark.parametrize("host", ["portal", "vote"])
def test_both_hosts_serve_the_same_bytes(world: WebWorld, host, tmp_path):
    world.services.publishing.export(world.fixed, tmp_path / "record")
    files = [one for one in (tmp_path / "record").rglob("*") if one.is_file()]
    served = 0
    for file in files:
        name = str(file.relative_to(tmp_path / "record"))
        if name.endswith(".bel"):
            continue
        assert get(world, name, host).body == file.read_bytes(), name
        served += 1
    assert served > 8


def test_only_the_portal_lets_strangers_pages_read_it(world: WebWorld):
    assert get(world, "checkpoint").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in get(world, "checkpoint", "vote").headers


def test_the_newest_checkpoint_is_asked_for_again_cheaply(world: WebWorld):
    answer = get(world, "checkpoint")
    assert answer.content_type == "text/plain"
    assert answer.headers["Cache-Control"] == "max-age=2"
    again = get(world, "checkpoint", headers={"If-None-Match": answer.headers["ETag"]}, status=304)
    assert again.body == b""


def test_tiles_are_kept_for_ever_and_their_absence_is_not(world: WebWorld):
    size = published(world).size
    assert get(world, f"tile/0/000.p/{size}").headers["Cache-Control"] == FOR_EVER
    absent = get(world, "tile/0/001", status=404)
    assert absent.headers["Cache-Control"] == "no-store"


def test_every_width_up_to_the_published_size_is_a_prefix(world: WebWorld):
    size = published(world).size
    whole = get(world, f"tile/0/000.p/{size}").body
    for width in range(1, size):
        assert get(world, f"tile/0/000.p/{width}").body == whole[: 32 * width]


def test_the_tiles_make_the_published_root(world: WebWorld):
    head = published(world)
    leaves = tiles.decode_tile(get(world, f"tile/0/000.p/{head.size}").body, head.size)
    assert merkle.root(leaves) == head.root
    entries = tiles.decode_bundle(get(world, f"tile/entries/000.p/{head.size}").body, head.size)
    assert [merkle.leaf_hash(one) for one in entries] == leaves


def test_nothing_beyond_the_published_head_is_served(world: WebWorld):
    before = published(world).size
    world.registered(3)  # stands on the board, signed by nobody yet
    assert world.services.board.head(world.fixed.origin).size == before + 1
    assert published(world).size == before
    for rest in (f"tile/0/000.p/{before + 1}", f"tile/entries/000.p/{before + 1}"):
        get(world, rest, status=404)
    get(world, f"checkpoints/{before + 1}", status=404)
    world.services.board.checkpoint(world.fixed.origin)
    assert len(get(world, f"tile/0/000.p/{before + 1}").body) == 32 * (before + 1)


def test_a_blob_that_waits_for_its_entry_is_not_served(world: WebWorld):
    waiting = b"a body whose entry was never appended"
    sha256 = hashlib.sha256(waiting).hexdigest()
    place = world.settings.blobs / sha256[:2] / sha256
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(waiting)
    get(world, f"blob/{sha256[:2]}/{sha256}", status=404)


def test_published_checkpoints_are_listed_and_stay(world: WebWorld):
    sizes = [int(line) for line in get(world, "checkpoints/index").text.split()]
    assert sizes == sorted(set(sizes))
    for size in sizes:
        kept = get(world, f"checkpoints/{size}")
        assert note.peek_checkpoint(kept.text).size == size
        assert kept.headers["Cache-Control"] == "max-age=60"
    get(world, "checkpoints/1000000", status=404)


def test_witnessed_is_the_newest_where_no_witness_is_asked(world: WebWorld):
    assert get(world, "witnessed").text == get(world, "checkpoint").text


def raw(world, rest):
    """Ask without the unpacking that webtest does by itself."""
    packed = {"Accept-Encoding": "gzip"}
    asked = Request.blank(path(world, rest), headers=packed, base_url=world.settings.portal_url)
    return asked.get_response(world.app)


def test_bundles_shrink_and_hashes_are_left_alone(world: WebWorld):
    size = published(world).size
    bundle = raw(world, f"tile/entries/000.p/{size}")
    assert bundle.headers["Content-Encoding"] == "gzip"
    assert bundle.headers["Vary"] == "Accept-Encoding"
    plain = get(world, f"tile/entries/000.p/{size}").body
    assert gzip.decompress(bundle.body) == plain
    assert len(bundle.body) < len(plain)
    assert "Content-Encoding" not in raw(world, f"tile/0/000.p/{size}").headers


def refused_paths():
    for file in sorted(VECTORS.glob("*.json")):
        content = json.loads(file.read_text())
        if isinstance(content, dict) and "tile_paths_refused" in content:
            return content["tile_paths_refused"]
    return []


OTHER_SPELLINGS = [
    "tile/0/000.p/256", "tile/00/000", "tile/0/x000/000", "tile/0/000.p/0", "tile/0/0",
    "tile/64/000", "tile/entries/000.p/01", "tile//0/000", "tile/0/000/", "checkpoint/",
    "checkpoints/00", "checkpoints/-1", "checkpoints/", "blob/00/zz", "../checkpoint",
    "tile/0/000.p/1/", "", "tile/8/0/000", "Checkpoint", "tile/0/000.p/1\n",
]  # fmt: skip


@pytest.mark.parametrize("rest", [*OTHER_SPELLINGS, *map(str, refused_paths())])
def test_a_second_spelling_of_a_path_does_not_exist(world: WebWorld, rest):
    from urllib.parse import quote

    answer = world.portal.get(f"/board/{world.slug}/{quote(rest)}", status="4*")
    assert answer.status_int == 404


def test_it_is_read_only(world: WebWorld):
    for method in ("post", "put", "delete"):
        answer = getattr(world.portal, method)(path(world, "checkpoint"), status=405)
        assert answer.headers["Allow"] == "GET, HEAD"
    head = world.portal.head(path(world, "checkpoint"))
    assert (head.status_int, head.body) == (200, b"")


def test_an_unknown_election_has_no_board(world: WebWorld):
    answer = world.portal.get("/board/needs-survey-1999/checkpoint", status=404)
    assert "unknown_election" in answer.text
