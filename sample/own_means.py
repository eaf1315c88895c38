"""True values that do not follow from a world's knobs: the mean of the estimate itself over 500 worlds of the cell.

Coverage around it says whether the intervals are as wide as the estimate varies, not whether it is right on average.
"""

OWN_MEAN: dict[tuple[str, str], float] = {
    ("answered-some", "R6"): 0.3728,
    ("answered-most", "R6"): 0.8539,
    ("answered-all", "R6"): 0.9903,
    ("rating-echo", "Q3"): 0.502,
    ("partners-refer", "S3"): 0.2033,
    ("quick-starts", "Q1"): 0.2132,
    ("slow-starts", "Q1"): 0.0999,
}
