"""A function whose evolve region lies inside a loop, with a try and a while around."""


def drain(queue, rates, limit):
    served = 0.0
    step = 0
    for job in queue:
        cost = float(job)
        # EVOLVE-BLOCK-START
        if cost > limit:
            continue
        while cost > 0.5 and step < 40:
            rate = rates[step % len(rates)]
            cost -= 0.5 * rate + 0.1
            step += 1
        try:
            gain = 1.0 / cost
        except ZeroDivisionError:
            gain = 2.0
        else:
            gain = min(gain, 3.0)
        # EVOLVE-BLOCK-END
        served += gain
    return served
