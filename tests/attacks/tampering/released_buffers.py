"""Finds the buffer from which the stub reads its questions and releases it under its hands.

stopped by: failures of the stub are the candidate's
ends: exception, crash
"""

import sys


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        frame = sys._getframe(1)
        while frame is not None:
            for value in list(frame.f_locals.values()):
                if isinstance(value, memoryview):
                    try:
                        value.release()
                    except BufferError:
                        pass
            frame = frame.f_back
        return obs.last
