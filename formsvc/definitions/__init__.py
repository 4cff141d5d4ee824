"""Definitions and areas: plain data made into frozen forms, or into everything wrong with it."""
