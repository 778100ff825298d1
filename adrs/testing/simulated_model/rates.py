"""How often the simulated model brings what, and where each figure comes from.

Published and used:

- Broken programs, 20 %, and replies without a program, 3 %: Brownlee et al., "Large Language Model
  Based Mutations in Genetic Improvement" (Automated Software Engineering 32, 2025), where 77 % of
  the edits of the model that did best pass the tests.
- Repeats: the same study finds fewer unique edits than blind ones give; "What Do Evolutionary
  Coding Agents Evolve?" (arXiv 2605.20086) finds that 30 % of added lines were deleted before. Here
  they come from a finite stock of ideas, of which a model has favourites, and from replies that
  leave the program as it was.
- Improvements, three in ten ideas at first and ever fewer: published runs of 100 iterations show
  two to six steps of the best (OpenEvolve on the ADRS problems: 2 for expert placement, 3 for
  LLM-SQL and for spot instances in several regions, 4 for agent diagnosis) and little after some 20
  iterations within one approach (GEPA on Heilbronn; OpenEvolve and ShinkaEvolve at 2.541 in circle
  packing, from iteration 7 on in the corresponding run of AdaEvolve).
- Paradigms with other ceilings that are rarely found unasked: in that run a step that asks for
  another approach moves the plateau from 2.54 to 2.61, and leaving such steps out costs more than
  any other part (2.521 against 2.629; AdaEvolve, table 4).
- Neutral changes, two in ten ideas: 19 to 30 % of blind edits, measured on three problems with this
  package's mutator; nobody has published a figure for models.
- A memory of failures that is heeded: a run without one needed 60 evaluations in place of 18
  (MangoEvolve, one run each).

Assumed, since nothing is published: how much a gain closes, how overfitting and trade-offs are
spread, how much more often a whole new program is broken than an edit, how tiers differ.
"""

from typing import Final

NOTHING: Final = 0.03  # replies without a usable program
UNCHANGED: Final = 0.05  # replies that leave the program as it was
BROKEN: Final = 0.20  # of the programs that an edit brings, as long as they are short
BROKEN_WHOLE: Final = 1.5  # times as many of those written anew
BROKEN_PER_IDEA: Final = 0.03  # more of them, for every idea of a program beyond SHORT
SHORT: Final = 6
STRONG_BROKEN: Final = 0.6  # times as many with a model of the tier "strong"

GAIN: Final = 0.20  # of the ideas of a paradigm close part of what is left to its ceiling
TRADE: Final = 0.10  # do so for some kinds of scenarios, at the cost of others
NEUTRAL: Final = 0.20  # change no decision
OVERFIT: Final = 0.12  # help on half of the train scenarios and hurt elsewhere
WORSE: Final = 0.38  # hurt

CONSTANTS: Final = 0.15  # of the refinements change a number, not an idea
STRAY: Final = 0.02  # of the refinements leave the paradigm unasked
STRAY_WHOLE: Final = 0.10  # of the rewrites do
FAVOURITES: Final = 0.7  # the k-th idea is proposed in proportion to k to the power of minus this
HEEDED: Final = 0.15  # weight of an idea that the notes list, against an unlisted one
REPAIRED: Final = 0.65  # of the broken programs that are to be fixed
