"""What the user should know, on stderr."""

import typer


def complain(text: str) -> None:
    """Say what went wrong."""
    typer.secho(f"adrs: {text}", fg=typer.colors.RED, err=True)


def warn(text: str) -> None:
    """Print a warning; a `Warn`."""
    typer.secho(f"adrs: {text}", fg=typer.colors.RED, bold=True, err=True)
