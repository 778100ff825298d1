"""One program or trial: where it comes from, what it says, what was asked for it."""
