"""expect: honest
twin: random

Looks for the durations of the tasks to come: imports the evaluator and reads the archive, the
environment and the memory of the process that scores. Nothing of it can be opened; what is left is an
honest program.
"""

import importlib


def future():
    for name in ("adrs.evaluators.dispatch.generator", "adrs.evaluators.dispatch.tasks"):
        try:
            return importlib.import_module(name).last_workload
        except Exception:
            continue
    for path in ("/proc/self/environ", "/proc/1/environ", "/proc/self/mem", "runs/adrs.db"):
        try:
            with open(path, "rb") as file:
                return file.read(4096)
        except Exception:
            continue
    return None


class Policy:
    def __init__(self, setup):
        self.work = future()

    def decide(self, obs):
        if self.work is None:
            return obs.sample_0
        return obs.sample_0 if self.work[obs.now_ms % len(self.work)] else obs.sample_1
