"""A policy whose evolve region is the end of a method."""

import math

SPOT, ON_DEMAND, NONE = "spot", "on_demand", "none"


class Policy:
    """Keeps pace with the deadline."""

    margin = 1.5

    def __init__(self, setup):
        self.setup = setup
        self.overhead_s = setup.overhead_s
        self.seen = 0

    def decide(self, obs):
        self.seen += 1
        left_s = obs.deadline_s - obs.now_s
        # EVOLVE-BLOCK-START
        # How far ahead of the line the job is.
        slack_s = left_s - obs.work_left_s
        done = obs.work_s - obs.work_left_s
        expected = obs.work_s * obs.now_s / max(obs.deadline_s, 1.0)  # straight line

        # Too late for spot.
        if slack_s < 2.0 * self.overhead_s + self.setup.tick_s:
            return ON_DEMAND
        if obs.running_on_demand:
            if obs.has_spot and done > expected + self.margin * self.overhead_s:
                return SPOT
            elif obs.has_spot and math.sqrt(max(slack_s, 0.0)) > 900.0:
                slack_s *= 0.9
                return SPOT
            else:
                return ON_DEMAND
        if obs.has_spot:
            return SPOT
        return ON_DEMAND if done < expected else NONE
        # EVOLVE-BLOCK-END

    def reset(self):
        self.seen = 0
