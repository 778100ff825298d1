"""expect: rejected

Defines no policy, only the outcome it would like.
"""


cost = 0.0
missed = False
