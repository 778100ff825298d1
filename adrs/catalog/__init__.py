"""Finds problems and evaluators: folders in the tree, entry points, or a path."""
