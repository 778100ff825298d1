"""Greedy Group Recursion (GGR) with its published settings, for the order of a table's cells.

Find the value whose repetition is worth most, put the rows that hold it in one group with that
value's field first, and go on within the group with the other fields; go on likewise with the other
rows. After a few steps, or where nothing repeats, order the fields by statistics. Fields that hardly
repeat are set aside and come last. In the end rows are sorted by what they begin with.
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
def worth(length, count):
    """What it is worth to have `count` rows with a value of `length` tokens next to each other."""
    return length**2.0 * (count - 1.0)


def column_score(length, distinct, num_rows):
    """What it is worth to have a column early: its mean length, its values, the rows."""
    return length**2.0 * (num_rows / distinct - 1.0)


def by_statistics(cells, rows, columns, tokens):
    """The columns in the order of their scores in some rows."""
    if len(rows) == 1:
        return columns
    scores = {}
    for c in columns:
        column = cells[rows, c]
        length = float(tokens[column].mean())
        distinct = len(set(column.tolist()))
        scores[c] = column_score(length, distinct, len(rows))
    return sorted(columns, key=lambda c: -scores[c])


def best_value(part, tokens):
    """The value whose repetition in a part of the table is worth most; None if none is."""
    best = None
    highest = 0.0
    times = np.bincount(part.ravel())
    repeated = np.flatnonzero(times > 1)
    found = zip(repeated.tolist(), tokens[repeated].tolist(), times[repeated].tolist())
    for value, length, count in found:
        gain = worth(length, count)
        if gain > highest:
            best = value
            highest = gain
    return best


def arrange(cells, rows, columns, tokens, row_depth, column_depth):
    """A list of (row, columns in their order) for some rows and columns."""
    if len(rows) == 0:
        return []
    best = None
    if row_depth < 4.0 and column_depth < 2.0 and len(columns) > 0:
        part = cells[rows][:, columns]
        best = best_value(part, tokens)
    if best is None:
        order = by_statistics(cells, rows, columns, tokens)
        return [(row, order) for row in rows.tolist()]
    holds = part == best
    first = columns[int(holds.any(axis=0).argmax())]
    inside = holds.any(axis=1)
    others = [c for c in columns if c != first]
    group = arrange(cells, rows[inside], others, tokens, row_depth, column_depth + 1.0)
    rest = arrange(cells, rows[~inside], columns, tokens, row_depth + 1.0, column_depth)
    return [(row, [first] + order) for row, order in group] + rest


def reorder(cells, tokens, shared, determines, cache_tokens):
    """The order of rows, and of each one's fields."""
    num_rows, num_columns = cells.shape
    rows = np.arange(num_rows)
    columns = list(range(num_columns))
    different = [len(set(cells[:, c].tolist())) for c in columns]
    kept = [c for c in columns if different[c] <= 0.7 * num_rows]
    aside = [c for c in columns if c not in kept]
    last = by_statistics(cells, rows, aside, tokens)
    plan = arrange(cells, rows, kept, tokens, 0.0, 0.0)
    return sorted_plan(cells, [(row, order + last) for row, order in plan])
# EVOLVE-BLOCK-END
