"""expect: invalid

Returns entries that are objects, each equal to every transaction and in every range. Only numbers
cross the boundary.
"""


class Anything:
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    __gt__ = __ge__ = __le__ = __lt__
    __hash__ = None


def schedule(keys, writes, lengths, num_keys):
    return [Anything() for _ in range(len(lengths))]
