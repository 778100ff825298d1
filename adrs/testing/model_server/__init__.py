"""A model server for tests: real HTTP, real answers, deterministic from a seed, with faults.

It listens on 127.0.0.1 and speaks the OpenAI chat completions API. It finds the program in the
prompt, changes its evolve region with the blind mutator and answers in the format asked for, so a
whole run can be tried without a key. In a test:

    with ModelServer(ServerSettings(seed=1, faults={Fault.RATE_LIMIT: 0.3})) as server:
        client = OpenAI(base_url=server.url, api_key="any")

From the command line: `python -m adrs.testing.model_server --help`.
"""

from adrs.testing.model_server.faults import Fault, Group
from adrs.testing.model_server.records import Served
from adrs.testing.model_server.server import ModelServer
from adrs.testing.model_server.settings import RetryAfterForm, ServerSettings

__all__ = ["Fault", "Group", "ModelServer", "RetryAfterForm", "Served", "ServerSettings"]
