"""The words of the field, as files that a clinician can read and correct, and the loader that checks them."""

from matcher.vocabulary.concepts import Concept, Form, VocabularyInvalid
from matcher.vocabulary.licences import LicenceTitle
from matcher.vocabulary.loader import Vocabulary, load

__all__ = ["Concept", "Form", "LicenceTitle", "Vocabulary", "VocabularyInvalid", "load"]
