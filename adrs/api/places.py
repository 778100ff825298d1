"""Where runs are kept unless the user says otherwise, below the working directory."""

from pathlib import Path

from adrs.archive.commands import DEFAULT_ARCHIVE

__all__ = ["DEFAULT_ARCHIVE", "RUNS"]

RUNS = Path("runs")  # a folder for each run, with its best program and its report
