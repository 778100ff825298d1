def priority(size, age):
    # EVOLVE-BLOCK-START
    return size / (1.0 + age)
    # EVOLVE-BLOCK-END
