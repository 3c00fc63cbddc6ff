"""Keeps records and finds the near ones. Knows no jobs, no meaning of texts, no model."""
