"""The parts of `adrs bench`: what is to be run, who runs it, and the simulated kind."""
