"""Reading through the API, as the tests of the scorecard's part of it do."""

from tests.scorecard.api.conftest import rows

__all__ = ["rows"]
