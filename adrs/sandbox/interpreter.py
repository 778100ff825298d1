"""What an interpreter that the sandbox starts has in its environment."""

import os

# Where a host that loads Python as a module keeps libpython: without it no interpreter starts.
LOADER_PATH = "LD_LIBRARY_PATH"

# One thread a process: scorers use every core already, and BLAS threads do not survive fork.
DETERMINED = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def least_environment() -> dict[str, str]:
    """Return what no interpreter of this host can do without; mostly nothing."""
    return {LOADER_PATH: os.environ[LOADER_PATH]} if LOADER_PATH in os.environ else {}
