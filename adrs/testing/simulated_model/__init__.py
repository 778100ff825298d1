"""A simulated language model and the landscape it searches, for comparing strategies cheaply.

Programs are short texts that list ideas; the model adds, drops and combines ideas, and finds new
paradigms; evaluations follow from the ideas by a formula, without a sandbox. How often a model
brings what is in `rates`, with the source of every figure.

What a strategy gains here shows that its machinery does what it is built for, at rates like those
published. **Nothing about any real model, problem or score follows from it.**
"""

from adrs.testing.simulated_model.evaluations import SimulatedEvaluations
from adrs.testing.simulated_model.landscape import OBJECTIVE, Landscape
from adrs.testing.simulated_model.model import SimulatedModel
from adrs.testing.simulated_model.simulation import Curve, Simulation, run_simulation, simulate

__all__ = [
    "OBJECTIVE",
    "Curve",
    "Landscape",
    "SimulatedEvaluations",
    "SimulatedModel",
    "Simulation",
    "run_simulation",
    "simulate",
]
