"""What a benchmark of strategies came to."""
