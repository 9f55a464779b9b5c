"""Claim 10: the verdict before training, held against what became of the study's own runs."""

from study.classifiers import CLASSIFIERS, first_accuracy, last_accuracy, level, name
from study.estimates import percent
from study.tables import RANDOM, of, runs

NEW_RATE = 0.1
GAN_PARTS = ["gan", "large", "two-by-two/random-generator", "two-by-two/random-discriminator",
             "sigma", "momentum"]


def first_gradient(run, network):
    """The standard deviation of the first layer's weight gradients before training."""
    table = run.table("layers")
    first = (table.network == network) & (table.epoch == 0) & (table.layer == 1)
    return table[first].weight_gradient_std.iloc[0]


def times_larger(network):
    """Xavier/He's first gradient by that of `random`: the least and the greatest of all seeds."""
    xavier, other = of("gan", "xavier-he"), of("gan", RANDOM)
    ratios = [first_gradient(xavier[seed], network) / first_gradient(other[seed], network)
              for seed in sorted(set(xavier) & set(other))]
    return f"{float(f'{min(ratios):.2g}'):,.0f}", f"{float(f'{max(ratios):.2g}'):,.0f}"


def claim_10():
    right = yes = total = unlikely = soon = 0
    wrong = {}
    # Right or not, at SGD's rate that the maps of docs/prediction.md do not have, and at theirs.
    by_rate = {True: [], False: []}
    for part in CLASSIFIERS:
        for run in runs(part):
            says = run.table("verdict").verdict[0] == "likely"
            has = last_accuracy(run) >= level(part)
            right += says == has
            yes += has
            total += 1
            by_rate[run.rate == NEW_RATE].append(says == has)
            if has and not says:
                unlikely += 1
                soon += first_accuracy(run) >= level(part)
            if says != has:
                key = (part, run.init, run.rate, "likely" if says else "unlikely")
                wrong[key] = wrong.get(key, 0) + 1
    majority = max(yes, total - yes)
    gans = gan_right = gan_learned = 0
    gan_wrong = {}
    for part in GAN_PARTS:
        for run in runs(part):
            table = run.table("quality")
            has = table.frechet_distance.iloc[-1] < table.frechet_distance.iloc[0] / 2
            says = (run.table("verdict").verdict == "likely").all()
            gans += 1
            gan_right += says == has
            gan_learned += has
            if says != has:
                key = (part, run.init, "likely" if says else "unlikely")
                gan_wrong[key] = gan_wrong.get(key, 0) + 1
    gradients = {network: times_larger(network) for network in ("generator", "discriminator")}
    lines = [f"- `{part}`, `{name(init)}`, rate {rate:g}: {count} called {says}"
             for (part, init, rate, says), count in sorted(wrong.items())]
    holds = right / total >= 0.9 and right > majority
    return {
        "word": "holds" if holds else "holds in part" if right > majority else "fails",
        "right": right, "total": total, "share": percent(right / total),
        "majority": percent(majority / total), "wrong": "\n".join(lines),
        "at_new_rate": f"{sum(by_rate[True])} of {len(by_rate[True])}",
        "at_maps_rates": f"{sum(by_rate[False])} of {len(by_rate[False])}",
        "unlikely": unlikely, "soon": soon,
        "wrong_sigmoids": sum(
            count for (part, *_), count in wrong.items() if part == "sigmoid-sgd"),
        "gans": gans, "gan_right": gan_right, "gan_learned": gan_learned,
        "gan_wrong": "\n".join(f"- `{part}`, `{init}`: {count} called {says}"
                               for (part, init, says), count in sorted(gan_wrong.items())),
        "gradient_generator": " to ".join(gradients["generator"]),
        "gradient_discriminator": " to ".join(gradients["discriminator"]),
    }
