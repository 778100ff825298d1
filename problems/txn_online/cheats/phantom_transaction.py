"""expect: invalid

Admits a transaction from a place where none waits: read from padding it would be empty, and the
count of those that are done would grow. Places are checked against the number shown.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 7
