"""The method as code: a workspace (and what was measured) in, findings out."""

from polku.checks.catalogue import CATALOGUE
from polku.checks.finding import Finding, FindingLevel, Occurrence
from polku.checks.registry import Check
from polku.checks.run import check_workspace

__all__ = ["CATALOGUE", "Check", "Finding", "FindingLevel", "Occurrence", "check_workspace"]
