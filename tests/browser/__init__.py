"""Tests that drive a browser: a package, so that the browser is gone when they are done."""
