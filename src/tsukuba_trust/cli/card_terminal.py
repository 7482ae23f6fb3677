"""The holder of a card at a terminal."""

import getpass
import os
import warnings
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager

import click

from tsukuba_trust.card import words
from tsukuba_trust.card.answering import MOST_TRIES, answer
from tsukuba_trust.card.pcsc import Connection, Readers
from tsukuba_trust.card.service import Answered, Asked, Service, read_address
from tsukuba_trust.errors import Misconfigured, TrustError, one_line

MEND = frozenset({"card_wrong_password", "password_form"})  # the question comes again by itself


class Terminal:
    """Shows and asks at a terminal, in the voter's language.

    :param wished: language of the command line, or empty
    """

    def __init__(self, wished: str = "") -> None:
        self._wished = wished
        self.speak(os.environ.get("LC_ALL") or os.environ.get("LANG", ""))

    def speak(self, locale: str) -> None:
        """Go over to a language, unless the command line has chosen one."""
        self.language = words.language_of(self._wished, locale)
        self.say = words.speaker(self.language)

    def asked(self, asked: Asked) -> None:
        self.speak(asked.locale)
        click.echo(f"\n{one_line(asked.title)}\n")
        for sentence in words.MEANING:
            click.echo(self.say(sentence))
        click.echo()
        for line in asked.text.split("\n"):
            click.echo(f"    {one_line(line)}")
        click.echo()

    def wait(self) -> None:
        click.echo(self.say(words.PUT_IN))

    def password(self, purpose: str, left: int) -> str:
        click.echo(self.say(words.TRIES, left=left, most=MOST_TRIES[purpose]))
        return hidden(f"{self.say(words.WHICH[purpose])}: ")

    def last(self) -> bool:
        return click.confirm(self.say(words.LAST), default=False)

    def told(self, error: TrustError) -> None:
        self.explain(error)
        if error.code not in MEND:
            click.prompt(self.say(words.AGAIN), default="", show_default=False)

    def explain(self, error: TrustError) -> None:
        """Say what happened and what to do."""
        for sentence in words.problem(error, self.language, self.say):
            if sentence:
                click.echo(one_line(sentence), err=True)  # it may be the service's

    def done(self, answered: Answered, browser: bool) -> None:
        """Open the voting page again; digits only where that is impossible."""
        click.echo(self.say(words.DONE))
        if browser and webbrowser.open(answered.address):
            click.echo(self.say(words.OPENED))
        elif answered.digits:
            digits = f"{answered.digits[:3]} {answered.digits[3:]}"
            click.echo(self.say(words.DIGITS, digits=digits))
            click.echo(self.say(words.NOBODY))
        else:
            click.echo(self.say(words.OPEN_YOURSELF, address=answered.address))


def hidden(question: str) -> str:
    """Ask for something that is not shown.

    :raises Misconfigured: ``terminal_missing``: what is typed here would be seen
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(question)
        except (getpass.GetPassWarning, EOFError):
            raise Misconfigured("terminal_missing", "the password needs a terminal") from None


def run_terminal(address: str, reader: str, lang: str, browser: bool) -> None:
    """Answer one attempt.

    :raises TrustError: told in the voter's language before
    """
    terminal = Terminal(lang)
    try:
        service = Service(read_address(address))
        readers = Readers(reader)
        try:
            answered = answer(service, lambda: _card(readers), terminal)
        finally:
            readers.close()
    except TrustError as error:
        terminal.explain(error)
        raise
    terminal.done(answered, browser)


@contextmanager
def _card(readers: Readers) -> Iterator[Connection]:
    with readers.connect(readers.wait() or "") as connection:
        yield connection
