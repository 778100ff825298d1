"""expect: rejected

Defines no `reorder`, but a score under the names that harnesses look for, and the class of the
published interface. Nothing but the entry point is looked at.
"""

combined_score = 1.0
hit_rates = [1.0]


class Evolved:
    def reorder(self, df, **kwargs):
        return df, []
