"""Formats of other programs, both ways: JSON lines, CSV, JobPosting of schema.org, JSON Resume (docs/formats.md)."""

from matcher.formats.convert import OF_KIND, Format, dump, parse
from matcher.formats.google_jobs import Complaint, complaints
from matcher.formats.job_posting import from_job_posting, to_job_posting
from matcher.formats.json_resume import from_json_resume, to_json_resume
from matcher.formats.refusal import Refusal
from matcher.formats.table import read_mapping

__all__ = [
    "OF_KIND",
    "Complaint",
    "Format",
    "Refusal",
    "complaints",
    "dump",
    "from_job_posting",
    "from_json_resume",
    "parse",
    "read_mapping",
    "to_job_posting",
    "to_json_resume",
]
