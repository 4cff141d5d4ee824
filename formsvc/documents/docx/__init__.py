"""Word documents: a view printed by a template that a council can restyle, and read back by address."""

from formsvc.documents.docx.data import extract
from formsvc.documents.docx.properties import property_parts
from formsvc.documents.docx.reading import read_print
from formsvc.documents.docx.render import render

__all__ = ["extract", "property_parts", "read_print", "render"]
