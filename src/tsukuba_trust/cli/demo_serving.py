"""Serving a demo in this process, and saying what to do with it."""

import socket
from pathlib import Path

import click
from waitress.server import create_server

from tsukuba_trust import main
from tsukuba_trust.errors import Misconfigured
from tsukuba_trust.settings import read_settings
from tsukuba_trust.testing.demo_cards import PASSWORD
from tsukuba_trust.web.application import KEY, open_application

THREADS = 8


def serve(folder: Path, port: int) -> None:
    """Serve both hosts until interrupted.

    :raises Misconfigured: ``port_taken``
    """
    sockets = listen(port)
    application = open_application(read_settings(folder / "demo.ini"))
    app = main({}, **{KEY: application})
    server = create_server(app, sockets=sockets, threads=THREADS, ident=None)
    click.echo(words(folder, port))
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        application.close()


def listen(port: int) -> list[socket.socket]:
    """Listen on 127.0.0.1 and, where it exists, on ::1: nobody else can reach a demo.

    :raises Misconfigured: ``port_taken``
    """
    sockets = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            one = socket.socket(family, socket.SOCK_STREAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((address, port))
        except OSError as error:
            if family == socket.AF_INET6:
                continue
            raise Misconfigured("port_taken", error.strerror or "", where=str(port)) from None
        sockets.append(one)
    return sockets


def words(folder: Path, port: int) -> str:
    """Return what a newcomer needs to know."""
    return f"""
A vote is open. Nothing here is real but the software.

  1. Open    http://127.0.0.1:{port}
  2. Choose, confirm, and read a card with the simulated phone; its password is {PASSWORD}
  3. Close   tsukuba-trust demo close        (in a second terminal, or the button on the portal)
  4. Check   tsukuba-trust verify {folder}/record

Everything of this demo lies in {folder}. Stop with Ctrl-C; "tsukuba-trust demo --keep" goes on.
"""
