"""Does not read, only asks: stat, access and their like answer differently for a path that is
there and for one that is not, which is enough to find out names, one letter after another.

stopped by: seccomp
ends: ok
"""

import os

QUESTIONS = (
    os.stat,
    os.lstat,
    os.statvfs,
    lambda path: os.access(path, os.F_OK, effective_ids=True) or refuse(),
    os.chdir,
    os.rmdir,
    os.readlink,
    lambda path: os.link(path, path),
)


def refuse():
    raise OSError(1, "refused")


def answer(question, path):
    try:
        question(path)
    except OSError as exc:
        return exc.errno
    return 0


def attempt(setup):
    folder = f"/tmp/adrs-siege-{setup.nonce}"
    there, absent = f"{folder}/heldout.csv", f"{folder}/absent"
    return any([answer(q, there) != answer(q, absent) for q in QUESTIONS])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
