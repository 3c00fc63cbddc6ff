"""What fits whom, and why: plain frozen dataclasses and pure functions."""
