"""expect: timeout

Never answers, so that a scorer that waits for it stands still. CPU time is limited.
"""


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    while True:
        pass
