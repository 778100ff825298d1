"""How many tokens a text has, as far as can be told without the model's own tokenizer.

Tokens are estimated at 3.5 bytes of UTF-8 each. That is what Python and English prose come to with
the tokenizers in use, on the careful side for most; it is an estimate, not a count.
"""

import math
from collections.abc import Iterable
from typing import Final

from adrs.core.call import Message

BYTES_PER_TOKEN: Final = 3.5


def text_tokens(*texts: str) -> int:
    """Return about how many tokens texts come to: bytes of UTF-8 / 3.5, rounded up once."""
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return math.ceil(size / BYTES_PER_TOKEN)


def estimated_tokens(messages: Iterable[Message]) -> int:
    """Return about how many tokens messages come to; see `text_tokens`."""
    return text_tokens(*(message.content for message in messages))
