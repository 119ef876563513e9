"""What tests stand on: servers, a browser, guards and people. The first lines of each module tell its use."""

from pkgutil import iter_modules

import pytest

# Whoever imports them first, a failed `assert` in these modules tells as much as one in a test.
pytest.register_assert_rewrite(*(f"{__name__}.{module.name}" for module in iter_modules(__path__)))
