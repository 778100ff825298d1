"""Language models as proposers: prompts out, replies in, every call on record."""
