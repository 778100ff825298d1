"""Who is compared, and how each is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers.drivers.task import MODEL, PROBLEM, Task
from tests.benchmarks.peers.environments import OURSELVES

DRIVERS = Path(__file__).parent / "drivers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One row: a program under test with one setting.

    Attributes:
        name: the row's name.
        package: its name in the package index, where all but `adrs` come from.
        requirements: what to install; the evaluator needs numpy and pydantic.
        driver: file in `drivers/` that runs it; empty for `adrs`.
        arguments: of the driver, or of `adrs run`.
        by_default: whether it runs when no peers are named.
    """

    name: str
    package: str
    requirements: tuple[str, ...] = ()
    driver: str = ""
    arguments: tuple[str, ...] = ()
    by_default: bool = True


_OPENEVOLVE = ("openevolve", "numpy", "pydantic")
_SKYDISCOVER = ("skydiscover", "numpy", "pydantic")
_GEPA = ("gepa", "litellm", "numpy", "pydantic")  # its own way to a model is litellm
_SHINKA = ("shinka-evolve", "numpy", "pydantic")

PEERS = (
    Peer(name="adrs", package=OURSELVES, arguments=("--no-control",)),
    Peer(name="adrs, no tuner", package=OURSELVES, arguments=("--no-control", "--without", "tune")),
    Peer(name="adrs, with control", package=OURSELVES),
    Peer(
        name="openevolve",
        package="openevolve",
        requirements=_OPENEVOLVE,
        driver="drive_openevolve.py",
    ),
    Peer(
        name="skydiscover topk",
        package="skydiscover",
        requirements=_SKYDISCOVER,
        driver="drive_skydiscover.py",
        arguments=("topk",),
    ),
    Peer(
        name="skydiscover adaevolve",
        package="skydiscover",
        requirements=_SKYDISCOVER,
        driver="drive_skydiscover.py",
        arguments=("adaevolve",),
    ),
    Peer(name="gepa", package="gepa", requirements=_GEPA, driver="drive_gepa.py"),
    Peer(
        name="gepa, batches",
        package="gepa",
        requirements=_GEPA,
        driver="drive_gepa.py",
        arguments=("batches",),
    ),
    Peer(
        name="shinka, lean evaluator",
        package="shinka-evolve",
        requirements=_SHINKA,
        driver="drive_shinka.py",
        arguments=("shinka_lean.py",),
    ),
    Peer(
        name="shinka",
        package="shinka-evolve",
        requirements=_SHINKA,
        driver="drive_shinka.py",
        arguments=("shinka_documented.py",),
        by_default=False,
    ),
)


def command(peer: Peer, task: Task, python: Path) -> Sequence[str]:
    """Return how a contestant is run on a task: `adrs` from its command line, a peer by its driver.

    Args:
        peer: who.
        task: what to do.
        python: interpreter of its environment.
    """
    if peer.driver:
        return [str(python), str(DRIVERS / peer.driver), *peer.arguments]
    options = {
        "--model": f"openai/{MODEL}",
        "--base-url": task.url,
        "--calls": str(task.calls),
        "--concurrency": str(task.concurrency),
        "--seed": str(task.seed),
    }
    words = [word for option in options.items() for word in option]
    return [str(python), "-m", "adrs", "run", PROBLEM, *words, "--quiet", *peer.arguments]


def environment(work: Path, url: str, python: Path) -> Mapping[str, str]:
    """Return the environment variables of a run: nothing of the user's but the search path.

    The proxy is one that refuses: what a peer would fetch besides its model is not to be waited for
    and not to be measured.
    """
    nowhere = "http://127.0.0.1:9"
    return {
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(work / "home"),
        "LANG": "C.UTF-8",
        "OPENAI_API_KEY": "none",
        "OPENAI_API_BASE": url,
        "OPENAI_BASE_URL": url,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "ADRS_HELDOUT_KEY": "public",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "no_proxy": "127.0.0.1,localhost",
    }
