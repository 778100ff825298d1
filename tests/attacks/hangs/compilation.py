"""Has the compiler copy nested finally clauses, whose code doubles with each level: a few hundred
bytes of source keep it busy for hours.

stopped by: watchdog
ends: timeout, memory
"""

LEVELS = 40
text = ""
for level in range(LEVELS):
    text += " " * level + "try: pass\n" + " " * level + "finally:\n"
compile(text + " " * LEVELS + "x = 1\n", "<bomb>", "exec")


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
