"""The durable, append-only record of runs; it stores and never samples."""
