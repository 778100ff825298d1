"""Loops at the top level, before there is a policy to ask.

stopped by: watchdog
ends: timeout
"""

while True:
    pass
