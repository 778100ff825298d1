"""Assertions of the shipped conformance suites explain themselves like those of the tests."""

import pytest

pytest.register_assert_rewrite("adrs.testing")
