"""Effective definitions as forms that gather what was typed."""
