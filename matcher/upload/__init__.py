"""Files as they are uploaded -> their visible text: PDF, DOCX and plain text, parsed where a bad file can do no harm."""

from matcher.upload.invalid import InvalidUpload, NoTextLayer, UnreadableFile, UnsupportedFormat
from matcher.upload.limits import LIMITS
from matcher.upload.reader import UploadReader
from matcher.upload.upload import Hidden, Upload

__all__ = ["LIMITS", "Hidden", "InvalidUpload", "NoTextLayer", "UnreadableFile", "UnsupportedFormat", "Upload", "UploadReader"]
