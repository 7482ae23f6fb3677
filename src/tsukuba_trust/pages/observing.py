"""O1 and O2: what an observer downloads, compares and reads."""

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid.response import FileResponse

from tsukuba_trust.board import entries, merkle, note
from tsukuba_trust.errors import Refused
from tsukuba_trust.pages.elections import shown
from tsukuba_trust.services.fixed import Fixed
from tsukuba_trust.services.publishing import Publishing
from tsukuba_trust.web.application import of

PAGE = 50


def observe(request: Request) -> dict[str, Any]:
    """O1: the record, its head, and how to check it."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    services = application.office.services
    head = note.peek_checkpoint(services.published.checkpoint(fixed.origin))
    state = services.board.state(fixed.origin)
    return {
        "vote": shown(request, fixed),
        "fixed": fixed,
        "head": head,
        "state": state,
        "log_key": fixed.defined["log_key"],
        "screen": "O1",
    }


def browse(request: Request) -> dict[str, Any]:
    """O2: the entries of the board, a page at a time."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    services = application.office.services
    size = services.published.size(fixed.origin)
    first = max(0, min(_number(request.GET.get("from", "0")), max(size - 1, 0)))
    found = services.board.entries(fixed.origin, first, min(first + PAGE, size))
    return {
        "vote": shown(request, fixed),
        "entries": [(index, entry["type"]) for index, entry in found],
        "first": first,
        "size": size,
        "page": PAGE,
        "screen": "O2",
    }


def one(request: Request) -> dict[str, Any]:
    """O2: one entry with its bytes and its leaf hash."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    services = application.office.services
    index = int(request.matchdict["index"])
    if index >= services.published.size(fixed.origin):
        raise Refused("unknown_entry")
    data = services.board.entry(fixed.origin, index)
    return {
        "vote": shown(request, fixed),
        "index": index,
        "type": entries.read_entry(data)["type"],
        "text": json.dumps(json.loads(data), ensure_ascii=False, indent=1),
        "leaf": merkle.leaf_hash(data).hex(),
        "receipt": services.board.receipt(fixed.origin, index),
        "screen": "O2",
    }


def record(request: Request) -> FileResponse:
    """Give the whole record as one zip, made once for each size of the log."""
    application = of(request)
    fixed = application.election(request.matchdict["slug"])
    path = record_zip(application.office.services.publishing, fixed, application.settings.state)
    response = FileResponse(str(path), request=request, content_type="application/zip")
    response.content_disposition = f'attachment; filename="{path.name}"'
    return response


def record_zip(publishing: Publishing, fixed: Fixed, state: Path) -> Path:
    """Return the record's zip file, kept beside the stores as long as the log does not grow."""
    folder = state / "records"
    folder.mkdir(parents=True, exist_ok=True)
    slug = fixed.origin.rpartition("/")[2]
    with TemporaryDirectory(dir=folder) as spare:
        size = publishing.size(fixed)
        path = folder / f"{slug}-{size}.zip"
        if path.exists():
            return path
        made = Path(spare) / slug
        publishing.export(fixed, made)
        packed = Path(spare) / "record.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(made.rglob("*")):
                if file.is_file():
                    archive.write(file, str(file.relative_to(made)))
        packed.replace(path)
    return path


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def includeme(config: Configurator) -> None:
    """Add O1, O2 and the record."""
    config.add_view(observe, route_name="tt.observe", renderer="observe.jinja2")
    config.add_view(browse, route_name="tt.entries", renderer="entries.jinja2")
    config.add_view(one, route_name="tt.entry", renderer="entry.jinja2")
    config.add_view(record, route_name="tt.record")
