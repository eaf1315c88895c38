"""Claims of a log that is too large to read row by row, from counts by pair of source and receiver."""

from analysis.from_marts.run import COUNTED, Findings, analyse

__all__ = ["COUNTED", "Findings", "analyse"]
