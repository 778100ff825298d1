"""What a run found, as plain data, and its renderers; the only library package that knows rich."""
