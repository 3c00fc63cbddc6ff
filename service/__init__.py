"""HTTP and pages; pydantic never leaves it."""
