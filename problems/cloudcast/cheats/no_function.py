"""expect: rejected

Defines no `broadcast`, but a score under the names that harnesses look for. Nothing but the entry
point is looked at.
"""

combined_score = 1.0
metrics = {"cost": 0.0}
