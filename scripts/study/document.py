"""The document: a template whose every number is a figure by name, such as {claim_5.he_sgd}."""

import functools
import types

from study import beyond, classifiers, gans, prediction

CLAIMS = {
    **{f"claim_{i}": getattr(classifiers, f"claim_{i}") for i in range(1, 6)},
    **{f"claim_{i}": getattr(gans, f"claim_{i}") for i in range(6, 10)},
    "claim_10": prediction.claim_10,
    "classifiers": classifiers.what_was_run,
    "runs": gans.what_was_run, "first_epoch": gans.first_epoch,
    "two_by_two": beyond.two_by_two, "sigma": beyond.sigma, "momentum": beyond.momentum,
    "large": beyond.large, "later": beyond.later,
}


class Figures:
    """Computed when the template first asks for them."""

    @functools.cache  # noqa: B019, there is one
    def __getitem__(self, name):
        return types.SimpleNamespace(**CLAIMS[name]())


def render(template):
    """
    :raises KeyError, AttributeError: for a name that is no figure
    """
    return template.format_map(Figures())
