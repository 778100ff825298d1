"""What is imported, and when."""

import subprocess
import sys

import pytest

CLIENT = "adrs.proposers.llm.client, adrs.proposers.llm.connections, adrs.proposers.llm.prices"


@pytest.mark.parametrize("modules", ["adrs.cli.app", "adrs.cli.run", CLIENT])
def test_no_sdk_is_imported_without_a_model(modules: str) -> None:
    script = (
        f"import sys, {modules}; "
        "found = {'openai', 'litellm', 'jinja2', 'httpx'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(found)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
