"""Effective definitions as WTForms forms. They gather what was typed and judge nothing."""

from formsvc.forms.answers import AnswersForm, filled, form_class, show_errors, typed

__all__ = ["AnswersForm", "filled", "form_class", "show_errors", "typed"]
