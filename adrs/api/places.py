"""Where runs are kept unless the user says otherwise, below the working directory."""

from pathlib import Path

DEFAULT_ARCHIVE = "runs/adrs.db"
RUNS = Path("runs")  # a folder for each run, with its best program and its report
