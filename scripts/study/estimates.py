"""Means over seeds with their intervals, differences, and the words for a claim."""

import dataclasses

import numpy
import scipy.stats


@dataclasses.dataclass
class Estimate:
    """The mean of a figure over seeds, with its 95 % interval."""

    values: numpy.ndarray
    digits: int = 3
    # Whether zero is outside the interval, after a correction where it belongs to a family.
    clear: bool = False

    def __post_init__(self):
        self.values = numpy.asarray(list(self.values), dtype=float)
        self.clear = self.p < 0.05

    @property
    def n(self):
        return len(self.values)

    @property
    def mean(self):
        return float(self.values.mean())

    @property
    def half(self):
        if self.n < 2:
            return float("nan")
        scale = self.values.std(ddof=1) / numpy.sqrt(self.n)
        return float(scipy.stats.t.ppf(0.975, self.n - 1) * scale)

    @property
    def p(self):
        if self.n < 2:
            return 1.0
        if numpy.ptp(self.values) == 0:
            return 0.0 if self.mean else 1.0
        return float(scipy.stats.ttest_1samp(self.values, 0).pvalue)

    def __str__(self):
        return f"{self.mean:.{self.digits}f} ± {self.half:.{self.digits}f}".replace("-", "−")

    @property
    def difference(self):
        text = f"{self.mean:+.{self.digits}f} ± {self.half:.{self.digits}f}".replace("-", "−")
        return text if self.clear else text + ", not clear"


def holm(family):
    """Holm's step-down correction: clear is what stays so among all."""
    ranked = sorted(family, key=lambda estimate: estimate.p)
    holds = True
    for index, estimate in enumerate(ranked):
        holds = holds and estimate.p < 0.05 / (len(ranked) - index)
        estimate.clear = holds


def paired(first, second, figure, digits=3):
    """first minus second, for the seeds that both have."""
    seeds = sorted(set(first) & set(second))
    return Estimate([figure(first[seed]) - figure(second[seed]) for seed in seeds], digits)


def overall(parts, decisive=None):
    """The word for a claim from its parts: each holds, does not, or is not clear (None)."""
    parts = [part if part is None else bool(part) for part in parts]
    if decisive is not None and parts[decisive] is False:
        return "fails"
    if all(parts):
        return "holds"
    if any(parts):
        return "holds in part"
    return "fails" if False in parts else "undecided"


def direction(estimate, sign):
    """True if clear in this direction, False if clear in the other, None if not clear."""
    return None if not estimate.clear else bool(numpy.sign(estimate.mean) == sign)


def percent(value, digits=1):
    return f"{100 * value:.{digits}f} %"


def power(value):
    """1.6 · 10⁻⁷ for 1.6e-7."""
    digits, exponent = f"{value:.1e}".split("e")
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"{digits} · 10{str(int(exponent)).translate(raised)}"
