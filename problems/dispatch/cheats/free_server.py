"""expect: invalid

Places tasks on a server that is not there: its columns say that nothing waits on it, and nothing ever
will. The scorer knows how many servers there are.
"""


class Policy:
    def __init__(self, setup):
        self.servers = setup.servers

    def decide(self, obs):
        return self.servers
