"""Names for runs: two words, the same for the same problem and seed in a fresh archive."""

from collections.abc import Callable, Collection
from dataclasses import replace

from adrs.archive.protocol import Archive
from adrs.core.run import RunRecord
from adrs.core.seeds import derive_seed
from adrs.errors import UsageError

ADJECTIVES = (
    "amber", "brisk", "calm", "clear", "copper", "crisp", "dapper", "early", "fair", "fleet",
    "gentle", "golden", "grand", "green", "hazel", "ivory", "keen", "lively", "lucid", "mellow",
    "nimble", "patient", "plain", "quiet", "rapid", "silver", "steady", "sturdy", "swift", "tidy",
    "vivid", "warm",
)  # fmt: skip
ANIMALS = (
    "badger", "beaver", "bison", "crane", "curlew", "deer", "dolphin", "falcon", "finch", "fox",
    "gecko", "hare", "heron", "ibis", "jackdaw", "kestrel", "lark", "lynx", "marten", "mole",
    "newt", "otter", "owl", "plover", "rook", "seal", "stoat", "swallow", "tern", "toad",
    "vole", "wren",
)  # fmt: skip


def run_name(problem: str, seed: int, taken: Collection[str]) -> str:
    """Return a name that is not taken."""
    attempt = 0
    while True:
        key = derive_seed(problem, seed, attempt)
        adjective = ADJECTIVES[key % len(ADJECTIVES)]
        animal = ANIMALS[key // len(ADJECTIVES) % len(ANIMALS)]
        number = "" if attempt < 100 else f"-{attempt}"
        name = f"{adjective}-{animal}{number}"
        if name not in taken:
            return name
        attempt += 1


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return the wanted name, with a number after it where it is taken."""
    number = 1
    name = wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def create_nameless(
    archive: Archive, record: RunRecord, name: Callable[[Collection[str]], str]
) -> RunRecord:
    """Add a run under a name that is made up for it.

    Args:
        archive: where it is added.
        record: the run, of whatever name.
        name: returns one that is not among those that are taken.

    Returns:
        The run as it was added.
    """
    while True:
        named = replace(record, name=name({known.name for known in archive.runs()}))
        try:
            archive.create_run(named)
        except UsageError:
            continue  # another process took the name in between
        return named
