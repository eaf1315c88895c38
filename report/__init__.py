"""What is taken along: the same findings as one page, a workbook, a PDF, a deck, letters."""
