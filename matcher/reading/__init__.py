"""Text -> Profile, as a careful recruiter reads: sections, mentions, licences, facts."""

from matcher.reading.read import READING, Reader

__all__ = ["READING", "Reader"]
