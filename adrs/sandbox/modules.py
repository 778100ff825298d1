"""The modules a program may import: loaded before the doors close, and published in prompts.

Nothing can be opened after the lockdown, so a module is there from the start or not at all. The
lists are the contract; modules that happen to be loaded besides them may be gone in any version.
"""

import importlib
import sys
import types
import warnings
from collections.abc import Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter

IMPORTABLE = (
    "abc", "array", "bisect", "cmath", "collections", "collections.abc", "contextlib", "copy",
    "dataclasses", "decimal", "enum", "fractions", "functools", "graphlib", "hashlib", "heapq",
    "itertools", "json", "math", "numbers", "operator", "queue", "random", "re", "statistics",
    "string", "struct", "textwrap", "types", "typing", "warnings", "weakref",
    "numpy", "numpy.fft", "numpy.linalg", "numpy.ma", "numpy.polynomial", "numpy.random",
)  # fmt: skip
"""Names that a program may import, dotted ones for submodules that need naming."""

# What the modules above import only when first used; absent from some versions of numpy.
_LAZY = (
    "__future__", "_strptime", "_compat_pickle", "encodings.ascii", "encodings.cp1252",
    "encodings.idna", "encodings.latin_1", "encodings.punycode", "encodings.utf_16",
    "encodings.utf_16_be", "encodings.utf_16_le", "encodings.utf_32", "encodings.utf_32_be",
    "encodings.utf_32_le", "encodings.utf_8_sig", "pprint", "secrets", "stringprep", "time",
    "traceback", "unicodedata", "numpy._core._dtype", "numpy._core._dtype_ctypes",
    "numpy._core._internal", "numpy._core._methods", "numpy.char", "numpy.core._dtype",
    "numpy.core._dtype_ctypes", "numpy.ctypeslib", "numpy.dtypes", "numpy.emath",
    "numpy.exceptions", "numpy.lib", "numpy.lib.format", "numpy.lib.mixins",
    "numpy.lib.recfunctions", "numpy.lib.scimath", "numpy.lib.stride_tricks", "numpy.ma.extras",
    "numpy.ma.mrecords", "numpy.polynomial.chebyshev", "numpy.polynomial.polynomial",
    "numpy.rec", "numpy.strings", "numpy.typing",
)  # fmt: skip


class NothingElse:
    """A finder that ends every search with an error naming what may be imported."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> None:
        """Refuse the module `name`; called only for one that is not loaded.

        Raises:
            ModuleNotFoundError: always.
        """
        del path, target
        top_level = ", ".join(module for module in IMPORTABLE if "." not in module)
        raise ModuleNotFoundError(
            f"No module named '{name}' here; there are {top_level}", name=name
        )


def preload() -> None:
    """Import every module of the lists; the lazy ones where they exist.

    Raises:
        ImportError: a module of `IMPORTABLE` is missing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in IMPORTABLE:
            importlib.import_module(name)
        for name in _LAZY:
            try:
                importlib.import_module(name)
            except ImportError:
                continue


def forbid_further_imports() -> None:
    """Make every import of a module that is not loaded a ModuleNotFoundError."""
    sys.path.clear()
    sys.path_hooks.clear()
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [BuiltinImporter, FrozenImporter, NothingElse()]
