"""expect: rejected

Defines no policy, only the outcome it would like.
"""


latency = 0.0
messages = 0
