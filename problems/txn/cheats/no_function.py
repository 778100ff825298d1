"""expect: rejected

Defines no `schedule`, but a score under the names that harnesses look for. Nothing but the entry
point is looked at.
"""


combined_score = 1e6
makespan = 1


def get_random_costs():
    return 1, [[0], [0], [0]]
