"""What a reordering policy is given and must return."""

from adrs.core.interface import Array, ElementType, PlannerInterface

INTERFACE = PlannerInterface(
    entry="reorder",
    arguments=(
        Array(
            name="cells",
            element=ElementType.INT,
            ndim=2,
            doc="value in each cell, [rows, columns]; values stand for texts, are numbered column "
            "by column and, within a column, in the order of their texts",
        ),
        Array(
            name="tokens",
            element=ElementType.INT,
            ndim=1,
            doc="length of each value's text in tokens, [values]",
        ),
        Array(
            name="shared",
            element=ElementType.INT,
            ndim=1,
            doc="leading tokens that a value's text has in common with that of value - 1, "
            "[values]; 0 for the first value of a column",
        ),
        Array(
            name="determines",
            element=ElementType.INT,
            ndim=2,
            doc="1 at [a, b] where rows that agree in column a always agree in column b, else 0; "
            "[columns, columns]",
        ),
        Array(
            name="cache_tokens",
            element=ElementType.INT,
            ndim=0,
            doc="tokens that the cache holds; at least those of the whole table where nothing is "
            "ever evicted",
        ),
    ),
    result=(
        Array(
            name="rows",
            element=ElementType.INT,
            ndim=1,
            doc="the rows in the order in which they are sent, each once, [rows]",
        ),
        Array(
            name="fields",
            element=ElementType.INT,
            ndim=2,
            doc="the columns in the order in which they stand in each prompt, each once, "
            "[rows, columns]; fields[i] is for the row that is sent i-th, rows[i]",
        ),
    ),
)
