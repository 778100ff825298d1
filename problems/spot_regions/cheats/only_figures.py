"""expect: rejected

Defines no policy, only the figures that the published evaluator looked for in what was printed.
"""

print("mean: 0.01; std: 0.0; 99%: 0.01")
avg_cost = 0.01
