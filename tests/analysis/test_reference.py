"""Public data sets whose answers others have printed: ties, competing events and clusters as they come in practice."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.intervals import jackknife_variance
from analysis.survival import count, incidence, restricted_mean, restricted_mean_se, survival, total

REFERENCE = Path(__file__).parent / "reference"


def patients(name: str, event: str, time: str, **only: str | int) -> tuple[np.ndarray, np.ndarray]:
    """Time and event of every patient of the counted file, of those whose columns have the given values."""
    frame = pd.read_csv(REFERENCE / name)
    for column, value in only.items():
        frame = frame[frame[column] == value]
    frame = frame.loc[frame.index.repeat(frame["n"])]
    return frame[time].to_numpy(dtype=np.int64), frame[event].to_numpy(dtype=np.int64)


@pytest.mark.parametrize(
    ("sex", "expected"),
    [
        ("F", (0.0397896215, 0.07388566438, 0.1049406742)),
        ("M", (0.02934628446, 0.05531024065, 0.0956508)),
    ],
)
def test_cumulative_incidence_with_ties(sex: str, expected: tuple[float, ...]) -> None:
    """R survfit and statsmodels agree on these; a library that breaks ties at random gives .0382 for the first."""
    curve = incidence(total(count(*patients("mgus2.csv", "event", "months", sex=sex), tau=240)))
    assert [curve[month] for month in (60, 120, 240)] == pytest.approx(expected, rel=1e-6)


def test_treating_deaths_as_losses_would_nearly_double_the_incidence() -> None:
    months, event = patients("mgus2.csv", "event", "months", sex="F")
    naive = 1 - survival(total(count(months, (event == 1).astype(int), tau=240)))[-1]
    assert naive == pytest.approx(0.190336, abs=5e-7)


@pytest.mark.parametrize(("sex", "mean", "se"), [(1, 241.4951, 10.35823), (2, 297.4654, 10.79132)])
def test_restricted_mean_over_a_year(sex: int, mean: float, se: float) -> None:
    counts = total(count(*patients("lung.csv", "died", "days", sex=sex), tau=365))
    assert restricted_mean(survival(counts)) == pytest.approx(mean, abs=5e-5)
    assert restricted_mean_se(counts) == pytest.approx(se, abs=5e-6)


def test_leaving_out_one_firm_at_a_time_gives_the_clustered_error() -> None:
    """A regression's slope, refitted without each firm: .0508, where the usual formula says .0286."""
    frame = pd.read_csv(REFERENCE / "petersen.csv.gz")

    def slope(rows: pd.DataFrame) -> float:
        return float(np.polyfit(rows["x"], rows["y"], 1)[0])

    left_out = np.array([slope(frame[frame["firm"] != firm]) for firm in frame["firm"].unique()])
    assert jackknife_variance(slope(frame), left_out) ** 0.5 == pytest.approx(0.050765, abs=5e-7)
