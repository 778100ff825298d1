"""expect: honest
twin: on_demand

Prints the cost it would like in the form in which the published evaluator read it from the output,
and runs on-demand. Nothing that a program prints is read.
"""

import sys

print("mean: 0.01;")


class Policy:
    def __init__(self, setup):
        print("mean: 0.01;", file=sys.stderr)

    def decide(self, obs):
        print("mean: 0.01;")
        return 1
