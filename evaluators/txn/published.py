"""Reads transactions from a file in the format of the published workloads.

One JSON object, a string per transaction: `{"txn0": "w-17 r-5 * r-4", "txn1": ...}`. The string has
one entry per slot, separated by single spaces: `r-KEY` reads a key, `w-KEY` writes one, `*` does
neither. Keys are whole numbers. The object's names do not matter, nor does it that one comes twice;
its order is that of arrival.
"""

import json
from pathlib import Path

import numpy as np

from adrs.errors import ProblemError

from .transactions import NO_KEY, Transactions, transactions

MOST_TRANSACTIONS = 1000
_MOST_SLOTS = 1000
_LARGEST_KEY = 2**40
_FORM = "'r-KEY', 'w-KEY' or '*'"
_SHOWN = 40  # characters of what a file says that an error repeats
Slot = tuple[int, bool]


def read_transactions(path: str) -> Transactions:
    """Return the transactions of a file, all of one kind.

    Raises:
        ProblemError: it cannot be read or is not of the format; the text names the file, the
            transaction and the slot.
    """
    named = _object(path)
    if not 1 <= len(named) <= MOST_TRANSACTIONS:
        raise ProblemError(
            f"{path}: expected 1 to {MOST_TRANSACTIONS} transactions, got {len(named)}."
        )
    rows = [_slots(path, name, text) for name, text in named]
    slots = max(len(row) for row in rows)
    keys = np.full((len(rows), slots), NO_KEY, dtype=np.int64)
    writes = np.zeros((len(rows), slots), dtype=np.bool_)
    for index, row in enumerate(rows):
        keys[index, : len(row)] = [key for key, _ in row]
        writes[index, : len(row)] = [write for _, write in row]
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return transactions(keys, writes, lengths, np.zeros(len(rows), dtype=np.int64))


def _object(path: str) -> list[tuple[str, object]]:
    """Return the names and values of the object that the file holds."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as exc:
        raise ProblemError(f"{path}: cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise ProblemError(f"{path}: not text in UTF-8: {exc}.") from exc
    try:
        # Objects become tuples of pairs: a dict would keep one transaction of each name.
        held = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError) as exc:  # ValueError: also a number of too many digits
        raise ProblemError(f"{path}: not JSON: {exc}.") from exc
    if not isinstance(held, tuple):
        raise ProblemError(
            f"{path}: expected an object with a string per transaction, got {_type(held)}."
        )
    return list(held)


def _slots(path: str, name: str, text: object) -> list[Slot]:
    where = f"{path}: {name[:_SHOWN]!r}"
    if not isinstance(text, str):
        raise ProblemError(f"{where}: expected a string, got {_type(text)}.")
    entries = text.split(" ")
    if len(entries) > _MOST_SLOTS:
        raise ProblemError(f"{where}: expected at most {_MOST_SLOTS} slots, got {len(entries)}.")
    return [_slot(f"{where}, slot {at}", entry) for at, entry in enumerate(entries, 1)]


def _slot(where: str, entry: str) -> Slot:
    if entry == "*":
        return NO_KEY, False
    kind, dash, key = entry.partition("-")
    if kind not in ("r", "w") or not dash or not (key.isascii() and key.isdigit()):
        raise ProblemError(f"{where}: expected {_FORM}, got {entry[:_SHOWN]!r}.")
    if len(key) > len(str(_LARGEST_KEY)) or int(key) > _LARGEST_KEY:
        raise ProblemError(f"{where}: keys go up to {_LARGEST_KEY}, got {key[:_SHOWN]}.")
    return int(key), kind == "w"


def _type(value: object) -> str:
    return {tuple: "an object", list: "a list", str: "a string", type(None): "null"}.get(
        type(value), "a number or truth value"
    )
