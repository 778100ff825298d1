"""How well candidate code is kept apart from the host."""

from enum import IntEnum


class IsolationLevel(IntEnum):
    """What stands between a candidate and the host; stamped on every evaluation."""

    L0 = 0  # a process of its own, nothing more
    L1 = 1  # process and resource limits (macOS)
    L2 = 2  # seccomp allow-list, Landlock where the kernel has it, resource limits
    L3 = 3  # L2 plus namespaces of its own

    @property
    def keeps_secrets(self) -> bool:
        """True from L2 on: below it a candidate may read what the user can, held-out data too."""
        return self >= IsolationLevel.L2

    @property
    def heldout_refusal(self) -> str:
        """Why held-out workloads are not scored at this level; empty where they are."""
        if self.keeps_secrets:
            return ""
        return (
            f"held-out not scored: isolation {self.name} ({self.summary}); run it on a host with "
            f"{IsolationLevel.L2.name}"
        )

    @property
    def summary(self) -> str:
        """What the level consists of, in a few words."""
        return {
            IsolationLevel.L0: "separate process only",
            IsolationLevel.L1: "separate process and resource limits",
            IsolationLevel.L2: "seccomp, Landlock and resource limits",
            IsolationLevel.L3: "seccomp, Landlock, resource limits and namespaces",
        }[self]


# The weakest that is used unasked: below it candidates could read what the user can read.
WEAKEST = IsolationLevel.L2
