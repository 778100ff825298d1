"""Returns an object whose array interface points at memory that is not its own, near null, to have
the sender read it.

stopped by: only its own memory is within reach
ends: crash
"""


class Borrowed:
    def __init__(self, steps, address):
        self.__array_interface__ = {
            "shape": (steps,),
            "typestr": "<i8",
            "data": (address, True),
            "version": 3,
        }


def plan(steps, hints, *surroundings):
    return Borrowed(steps, 4096)
