"""True values that do not follow from a world's knobs: the mean of the estimate itself over 500 worlds of the cell.

Coverage around it says whether the intervals are as wide as the estimate varies, not whether it is right on average.
"""

OWN_MEAN: dict[tuple[str, str], float] = {
    ("affinity", "S5"): 1.8397,
    ("answered-some", "R6"): 0.3728,
    ("answered-some, 20 members", "R6"): 0.4581,
    ("answered-some, 60 members", "R6"): 0.3039,
    ("answered-few", "R6"): 0.3429,
    ("answered-late", "R6"): 0.9197,
    ("answered-most", "R6"): 0.8539,
    ("answered-all", "R6"): 0.9903,
    ("rating-echo", "Q3"): 0.502,
    ("partners-refer", "S3"): 0.2033,
    ("steady", "L4"): 0.3068,
    ("chains", "L4"): 0.296,
    ("snowball", "L4"): 1.3111,
    ("steady", "R1"): 0.9211,
    ("sparse", "R1"): 0.7423,
    ("steady", "R2"): 1.008,
    ("declining", "R2"): 0.7163,
    ("steady", "R4"): 0.4578,
    ("burst", "R4"): 0.2378,
    ("quick-starts", "Q1"): 0.2132,
    ("slow-starts", "Q1"): 0.0999,
}
