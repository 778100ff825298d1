"""What the user should know, on stderr."""

import typer


def warn(text: str) -> None:
    """Print a warning; a `Warn`."""
    typer.secho(f"adrs: {text}", fg=typer.colors.RED, bold=True, err=True)
