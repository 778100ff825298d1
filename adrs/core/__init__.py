"""Pure data that travels through the house; standard library only."""
