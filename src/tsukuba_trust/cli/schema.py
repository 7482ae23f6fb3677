"""``tsukuba-trust schema``: print what programs may ask, or compare it with the files."""

import click

from tsukuba_trust.errors import Refused


@click.command("schema")
@click.argument("name", type=click.Choice(["schema", "booth"]), default="schema")
@click.option("--check", is_flag=True, help="Compare with graphql/NAME.graphql instead.")
def command(name: str, check: bool) -> None:
    """Print the GraphQL schema of the portal (schema) or of the voting host (booth)."""
    from tsukuba_trust.api.printing import schema_text
    from tsukuba_trust.data import data_dir

    text = schema_text(name)
    if not check:
        click.echo(text, nl=False)
        return
    kept = (data_dir("graphql") / f"{name}.graphql").read_text(encoding="utf-8")
    if kept != text:
        raise Refused("schema_differs", f"print it into graphql/{name}.graphql")
    click.echo(f"graphql/{name}.graphql is the schema")
