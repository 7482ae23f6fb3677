"""Serving a demo in this process, and saying what to do with it."""

import socket
from pathlib import Path

import click

from tsukuba_trust.cli.demo import HOME
from tsukuba_trust.cli.edge import program
from tsukuba_trust.settings import read_settings
from tsukuba_trust.testing.demo import RECORD
from tsukuba_trust.testing.demo_cards import PASSWORD
from tsukuba_trust.web.server import Service


def serve(folder: Path, port: int, sockets: list[socket.socket]) -> None:
    """Serve both hosts until interrupted, on this machine only."""
    click.echo(words(folder, port))
    Service(read_settings(folder / "demo.ini"), sockets).run()


def words(folder: Path, port: int) -> str:
    """Return what a newcomer needs to know."""
    home = "" if folder.parent == HOME else f" --home {folder.parent}"
    demo = f"{program()} demo{home}"
    if (folder / RECORD).exists():
        return f"""
This demo's vote has ended and is counted. Nothing here is real but the software.

  Open    http://127.0.0.1:{port}
  Check   {program()} verify {folder}/{RECORD}

Stop with Ctrl-C; "{demo}" begins a new one.
"""
    return f"""
A vote is open. Nothing here is real but the software.

  1. Open    http://127.0.0.1:{port}
  2. Choose, confirm, and read a card with the simulated phone; its password is {PASSWORD}
  3. Close   {demo} close        (in a second terminal, or the button on the portal)
  4. Check   {program()} verify {folder}/{RECORD}

Everything of this demo lies in {folder}. Stop with Ctrl-C; "{demo} --keep" goes on.
"""
