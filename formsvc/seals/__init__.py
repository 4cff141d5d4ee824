"""Seals: keys, PAdES and OPC signatures, and the strict verifier."""
