"""expect: rejected

Defines no `place`, but a score under the names that harnesses look for. Nothing but the entry point
is looked at.
"""

combined_score = 1e9
metrics = {"max_kvpr": 1e-9, "success_rate": 1.0}
