"""expect: rejected

Defines no policy, only the outcome it would like.
"""


makespan = 0
admitted = []
