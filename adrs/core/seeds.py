"""Seeds derived by hashing, so that no two parts of a run share a generator."""

import hashlib


def derive_seed(*parts: str | int) -> int:
    """Return an unsigned 64-bit seed from the parts, the same on every platform and run.

    Each part is hashed with its type and length, so ("a", "bc") and ("ab", "c") differ, and so do
    1 and "1".
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        text = f"{type(part).__name__}:{part}".encode()
        digest.update(len(text).to_bytes(4, "little"))
        digest.update(text)
    return int.from_bytes(digest.digest(), "little")
