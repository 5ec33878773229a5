"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run: a test that fails has to fail for whoever looks at it next. To search
# for new ones: pytest --hypothesis-profile=search
settings.register_profile("kept", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("kept")
