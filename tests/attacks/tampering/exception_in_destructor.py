"""Leaves objects behind whose destructors raise everything that ends a program.

stopped by: raising there ends nothing
ends: ok
"""


class Late:
    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        for error in (BaseException, SystemExit(0), KeyboardInterrupt, GeneratorExit, MemoryError):
            Late(error)
        return obs.last
