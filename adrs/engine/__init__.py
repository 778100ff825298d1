"""The loop from ask to tell, the budget, resume and the honest end of a run."""
