"""Leaves a mark in every module, class and mapping that outlives it if the process does, and looks
for marks that an earlier evaluation left. Every candidate must start from the same clean process.

stopped by: fresh process
ends: ok
"""

import builtins
import gc
import math
import os
import random
import sys

import numpy as np

MARK = "_left_by_an_earlier_candidate"


def places():
    yield from (vars(builtins), vars(math), vars(random), vars(np), vars(np.random), vars(sys))
    yield from (vars(module) for name, module in list(sys.modules.items()) if "adrs" in name)
    yield os.environ
    yield sys.modules


FOUND = any(MARK in place for place in places()) or any(
    type(thing) is dict and MARK in thing for thing in gc.get_objects()
)
for place in list(places()):
    place[MARK] = MARK


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2 if FOUND else obs.last
