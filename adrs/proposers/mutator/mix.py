"""The elementary operators with their names and weights.

The weights follow how often each operator gave a new best program in runs on three problems.
"""

from dataclasses import dataclass

from adrs.proposers.mutator.borrowing import take_expression, take_statement
from adrs.proposers.mutator.conditions import (
    change_comparison,
    change_enum,
    change_logic,
    insert_guard,
    make_choice,
)
from adrs.proposers.mutator.constants import change_all_constants, change_constant
from adrs.proposers.mutator.draft import Operator
from adrs.proposers.mutator.simplifying import simplify
from adrs.proposers.mutator.statements import delete_statement, insert_snippet, move_statement
from adrs.proposers.mutator.terms import (
    change_operation,
    delete_term,
    insert_term,
    replace_subtree,
    swap_call,
    swap_variable,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elementary:
    """One elementary operator.

    Attributes:
        name: as recorded with a proposal.
        weight: how often it is drawn, relative to the others.
        apply: makes the edit, None where there is nothing to change.
        borrows: whether it takes code from donors.
        touches_many: whether it changes several places at once.
    """

    name: str
    weight: float
    apply: Operator
    borrows: bool = False
    touches_many: bool = False


OPERATORS = (
    Elementary(name="ins", weight=5.0, apply=insert_term),
    Elementary(name="const", weight=5.0, apply=change_constant),
    Elementary(name="constall", weight=2.0, apply=change_all_constants, touches_many=True),
    Elementary(name="guard", weight=3.0, apply=insert_guard),
    Elementary(name="del", weight=2.0, apply=delete_term),
    Elementary(name="sub", weight=2.0, apply=replace_subtree),
    Elementary(name="tern", weight=2.0, apply=make_choice),
    Elementary(name="xover", weight=2.0, apply=take_expression, borrows=True),
    Elementary(name="cmp", weight=1.5, apply=change_comparison),
    Elementary(name="bool", weight=1.5, apply=change_logic),
    Elementary(name="binop", weight=1.5, apply=change_operation),
    Elementary(name="var", weight=1.5, apply=swap_variable),
    Elementary(name="enum", weight=1.5, apply=change_enum),
    Elementary(name="block", weight=1.5, apply=take_statement, borrows=True),
    Elementary(name="sdel", weight=1.5, apply=delete_statement),
    Elementary(name="snippet", weight=1.5, apply=insert_snippet),
    Elementary(name="smove", weight=1.0, apply=move_statement),
    Elementary(name="simp", weight=0.5, apply=simplify),
    Elementary(name="call", weight=0.5, apply=swap_call),
)
BORROWING = tuple(one for one in OPERATORS if one.borrows)
SINGLE = tuple(one for one in OPERATORS if not one.borrows and not one.touches_many)
