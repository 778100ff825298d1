"""Servers with queues, as far as the decisions made up to now determine them.

A server runs its tasks in the order in which they were placed on it: the first one that waits
starts as soon as enough of its cores and of its memory are free, and none overtakes it. Nothing is
preempted. A task's start and finish are therefore settled at the moment it is placed, and no event
has to be waited for; what a load report tells is kept separately, task by task, as they finish.

Times are integer microseconds.
"""

from collections.abc import Sequence
from heapq import heappop, heappush


class Cluster:
    """The state of all servers; task times and clock come from the caller.

    Attributes:
        tasks: tasks waiting and running, by server, up to the last `advance`.
        held_cores: cores that these need.
        held_memory: memory that these need.
        held_us: sum of these tasks' estimated times.
    """

    __slots__ = (
        "_finishes",
        "_free_cores",
        "_free_memory",
        "_running",
        "_started_us",
        "held_cores",
        "held_memory",
        "held_us",
        "tasks",
    )

    def __init__(self, cores: Sequence[int], memory: Sequence[int]) -> None:
        """Make empty servers of the given capacities."""
        count = len(cores)
        self.tasks = [0] * count
        self.held_cores = [0] * count
        self.held_memory = [0] * count
        self.held_us = [0] * count
        self._free_cores = list(cores)
        self._free_memory = list(memory)
        self._started_us = [0] * count
        self._running: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
        self._finishes: list[tuple[int, int, int, int, int]] = []

    def advance(self, now_us: int) -> None:
        """Take the tasks that finished up to `now_us` out of the load reports."""
        finishes = self._finishes
        while finishes and finishes[0][0] <= now_us:
            _, server, cores, memory, estimate_us = heappop(finishes)
            self.tasks[server] -= 1
            self.held_cores[server] -= cores
            self.held_memory[server] -= memory
            self.held_us[server] -= estimate_us

    def place(
        self,
        server: int,
        cores: int,
        memory: int,
        ready_us: int,
        time_us: int,
        estimate_us: int,
    ) -> int:
        """Append a task to a server's queue and return when it starts.

        Args:
            server: where; its capacity must suffice for the task.
            cores: what the task needs.
            memory: what the task needs.
            ready_us: it cannot start before.
            time_us: how long it will run there.
            estimate_us: what is believed of that.
        """
        running = self._running[server]
        free_cores, free_memory = self._free_cores[server], self._free_memory[server]
        start_us = max(ready_us, self._started_us[server])
        while running and (running[0][0] <= start_us or free_cores < cores or free_memory < memory):
            finish_us, freed_cores, freed_memory = heappop(running)
            free_cores += freed_cores
            free_memory += freed_memory
            start_us = max(start_us, finish_us)
        finish_us = start_us + time_us
        heappush(running, (finish_us, cores, memory))
        self._free_cores[server] = free_cores - cores
        self._free_memory[server] = free_memory - memory
        self._started_us[server] = start_us
        heappush(self._finishes, (finish_us, server, cores, memory, estimate_us))
        self.tasks[server] += 1
        self.held_cores[server] += cores
        self.held_memory[server] += memory
        self.held_us[server] += estimate_us
        return start_us
