"""GGR to the end: tokens instead of squares, no depth limits, and columns that follow come along.

As in Greedy Group Recursion, the rows with the value whose repetition is worth most form a group.
What it is worth is counted in tokens, those of the fields that the value's field determines
included, and these follow it in the group's prompts. No field is set aside; the recursion ends
where no value repeats.
"""

import numpy as np


def sorted_plan(cells, plan):
    """The plan, a list of (row, fields), as two arrays, with the rows in the order of their texts."""
    rows = np.array([row for row, _ in plan])
    fields = np.array([columns for _, columns in plan])
    sent = np.take_along_axis(cells[rows], fields, axis=1)
    order = np.lexsort(sent.T[::-1])
    return rows[order], fields[order]


# EVOLVE-BLOCK-START
def best_value(cells, rows, columns, tokens, determines):
    """The column and the value whose repetition in some rows saves most; None if none repeats."""
    part = cells[rows][:, columns]
    # Tokens that follow from a cell: its own and those of the columns that its column determines.
    implied = tokens[part] @ determines[np.ix_(columns, columns)].T
    gain = np.zeros(len(tokens))
    gain[part] = implied
    gain *= np.bincount(part.ravel(), minlength=len(tokens)) - 1
    value = int(gain.argmax())
    if gain[value] <= 0.0:
        return None
    return columns[int(np.argwhere(part == value)[0, 1])], value


def by_statistics(cells, rows, columns, tokens):
    """The columns by the tokens that repeat in them in some rows."""
    if len(rows) == 1:
        return columns
    scores = {}
    for c in columns:
        column = cells[rows, c]
        distinct = len(set(column.tolist()))
        scores[c] = float(tokens[column].mean()) * (len(rows) / distinct - 1.0)
    return sorted(columns, key=lambda c: -scores[c])


def arrange(cells, rows, columns, tokens, determines):
    """A list of (row, columns in their order) for some rows and columns."""
    plan = []
    while len(rows) > 0:
        best = None
        if columns and len(rows) > 1:
            best = best_value(cells, rows, columns, tokens, determines)
        if best is None:
            order = by_statistics(cells, rows, columns, tokens)
            return plan + [(row, order) for row in rows.tolist()]
        first, value = best
        holds = cells[rows, first] == value
        head = [first] + [c for c in columns if c != first and determines[first, c]]
        others = [c for c in columns if c not in head]
        group = arrange(cells, rows[holds], others, tokens, determines)
        plan += [(row, head + order) for row, order in group]
        rows = rows[~holds]
    return plan


def reorder(cells, tokens, shared, determines, cache_tokens):
    """The order of rows, and of each one's fields."""
    num_rows, num_columns = cells.shape
    rows = np.arange(num_rows)
    columns = list(range(num_columns))
    return sorted_plan(cells, arrange(cells, rows, columns, tokens, determines))
# EVOLVE-BLOCK-END
