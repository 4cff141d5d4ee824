"""The import contract "only_in": a library, or a module of ours, that only named packages may import.

It is import-linter's own "protected" contract, except that a library nobody imports (yet, or ever) is
kept rather than an error: the rule stands before the first import, and forbids libraries we never want.
"""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import ContractCheck
from importlinter.contracts.protected import ProtectedContract


class OnlyIn(ProtectedContract):
    """Kept when none but `allowed_importers` imports any of `protected_modules` directly."""

    type_name = "only_in"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - import-linter's interface
        for option in ("protected_modules", "allowed_importers"):
            for module in set(self.contract_options[option]) - graph.modules:
                graph.add_module(module)
        return super().check(graph, verbose)
