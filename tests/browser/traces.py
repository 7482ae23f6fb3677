"""What a visit leaves behind: storage, history, page, requests."""

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Page

from conftest import Visitor

_STORED = """async () => {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const found = { local: { ...localStorage }, session: { ...sessionStorage }, databases: {} };
  found.state = history.state;
  found.cookie = document.cookie;
  found.caches = await caches.keys();
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    found.databases[name] = {};
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table).objectStore(table);
      found.databases[name][table] = await asked(store.getAll());
    }
    database.close();
  }
  return JSON.stringify(found);
}"""


def stored(page: Page) -> dict[str, Any]:
    """Return everything that this host stores in the browser."""
    found: dict[str, Any] = json.loads(page.evaluate(_STORED))
    return found


def visits(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stored(page)["databases"]["tsukuba-trust"]["visits"]
    return found


def history(one: Visitor, page: Page | None = None) -> str:
    """Return addresses and titles of all entries of a tab's history.

    What was typed before a page replaced its address (``userTypedURL``) is no entry.
    """
    session = one.context.new_cdp_session(page or one.page)
    entries = session.send("Page.getNavigationHistory")["entries"]
    return "\n".join(plain(f"{entry['url']} {entry['title']}") for entry in entries)


def sent(one: Visitor) -> str:
    """Return all that left the browser: methods, addresses, headers, bodies."""
    lines = []
    for request in one.requests:
        headers = json.dumps(request.all_headers(), ensure_ascii=False)
        body = request.post_data or ""
        lines += [request.method, plain(request.url), plain(headers), plain(body), body]
    return "\n".join(lines)


def hosts(one: Visitor) -> set[str]:
    return {urlsplit(request.url).netloc for request in one.requests if request.url[:4] == "http"}


def plain(text: str) -> str:
    return unquote(text)


def operation(request: Any) -> str:
    """Return the name of the operation that a request asks for, or nothing."""
    if request.method != "POST":
        return ""
    return str(json.loads(request.post_data or "{}").get("operationName", ""))


def variables(one: Visitor, name: str) -> dict[str, Any]:
    """Return the input of the last request of an operation."""
    found = [request for request in one.requests if operation(request) == name]
    given: dict[str, Any] = json.loads(found[-1].post_data)["variables"]["input"]
    return given


def asked(entry: dict[str, Any]) -> str:
    """Return all of a request in a HAR file, and where its answer sent the browser."""
    told = {key: entry["response"].get(key) for key in ("cookies", "headers", "redirectURL")}
    text = json.dumps([entry["request"], told], ensure_ascii=False)
    return text + unquote(text)


def answered(entry: dict[str, Any]) -> str:
    """Return the body of an answer in a HAR file."""
    return str(entry["response"]["content"].get("text", ""))


def named(entry: dict[str, Any]) -> str:
    """Return which operation a request in a HAR file asks for, or nothing."""
    text = entry["request"].get("postData", {}).get("text", "")
    return str(json.loads(text)["operationName"]) if text.startswith("{") else ""


def size(entry: dict[str, Any]) -> int:
    """Return the length of a request's body in a HAR file."""
    return len(entry["request"].get("postData", {}).get("text", ""))
