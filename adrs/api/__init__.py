"""The Python API and what stands behind it: the one package that names concrete classes."""
