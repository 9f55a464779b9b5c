"""Claims 1 to 5: whether, how fast and how well classifiers learn."""

import functools
import itertools

import numpy

from study.estimates import Estimate, direction, holm, overall, paired, percent, power
from study.tables import RANDOM, runs

# What was usual in 2010.
STANDARD = "lecun:uniform:gain=0.57735"
CLASSIFIERS = ["tanh-sgd", "tanh-adam", "relu-sgd", "relu-adam", "sigmoid-sgd", "sigmoid-adam"]
CHANCE = 0.1


def accuracies(run):
    """By epoch; chance from where a run diverged."""
    found = run.table("metrics").test_accuracy.to_numpy()
    rest = numpy.full(run.options["epochs"] - len(found), CHANCE)
    # What it knew is lost with its weights.
    return numpy.concatenate([found, rest])


def diverged(part, init, rate):
    """How many of an initialisation's runs did, of how many."""
    some = [run for run in at_all_rates(part, init) if run.rate == rate]
    count = sum(len(run.table("metrics")) < run.options["epochs"] for run in some)
    return f"{count} of {len(some)}"


def last_accuracy(run):
    return accuracies(run)[-1]


def first_accuracy(run):
    return accuracies(run)[0]


def level(part):
    """The test accuracy from which a network of this part has learned."""
    return (CHANCE + max(map(last_accuracy, runs(part)))) / 2


@functools.cache
def best_rate(part, init):
    """The runs of an initialisation with the better of its learning rates, by seed."""
    by_rate = {}
    for run in runs(part):
        if run.init == init:
            by_rate.setdefault(run.rate, {})[run.seed] = run
    return max(
        by_rate.values(),
        key=lambda some: numpy.mean([last_accuracy(run) for run in some.values()]),
    )


def inits(part):
    return sorted({run.init for run in runs(part)})


def learned(part, init):
    """How many seeds have learned, of how many, at the better rate."""
    some = best_rate(part, init).values()
    return sum(last_accuracy(run) >= level(part) for run in some), len(some)


def name(init):
    return {STANDARD: "U(±1/√n)"}.get(init, init)


def classifier_table():
    """A row for each initialisation of each part, at its better learning rate."""
    lines = [
        "| part | init | rate | test accuracy after epoch 1 | its deviation | after the last "
        "| learned |", "|---|---|---|---|---|---|---|",
    ]
    for part in CLASSIFIERS:
        for init in sorted(inits(part), key=lambda init: (init != RANDOM, init)):
            some = best_rate(part, init)
            first = Estimate(map(first_accuracy, some.values()))
            last = Estimate(map(last_accuracy, some.values()))
            count, total = learned(part, init)
            lines.append(
                f"| `{part}` | `{name(init)}` | {next(iter(some.values())).rate:g} | "
                f"{percent(first.mean)} | {percent(first.values.std(ddof=1))} | "
                f"{percent(last.mean)} ({percent(last.values.min())} to "
                f"{percent(last.values.max())}) | {count} of {total} |"
            )
    return "\n".join(lines)


def what_was_run():
    return {"table": classifier_table(), "diverged": diverged("relu-sgd", "he", 0.1)}


def claim_1():
    whether = []
    pairs, spreads, mixed = [], [], []
    for part in CLASSIFIERS:
        counts = {init: learned(part, init) for init in inits(part)}
        full = [init for init, (count, total) in counts.items() if count == total]
        if full and any(count == 0 for count, _ in counts.values()):
            whether.append(part)
        for first, second in itertools.combinations(full, 2):
            pair = paired(best_rate(part, first), best_rate(part, second), first_accuracy)
            pairs.append(pair)
        for init in inits(part):
            values = [first_accuracy(run) for run in best_rate(part, init).values()]
            spreads.append((float(numpy.std(values, ddof=1)), part, init, values))
            if 0 < sum(value >= level(part) for value in values) < len(values):
                mixed.append(f"`{name(init)}` in `{part}`")
    holm(pairs)
    widest = max(spreads)
    clear = sum(pair.clear for pair in pairs)
    parts = [bool(whether), clear > 0 or None, bool(mixed) or widest[0] > 0.05]
    return {
        "word": overall(parts),
        "whether": len(whether),
        "pairs": len(pairs),
        "clear": clear,
        "mixed": ", ".join(mixed) or "nowhere",
        "widest": percent(widest[0]),
        "widest_where": f"`{name(widest[2])}` in `{widest[1]}`",
        "widest_low": percent(min(widest[3])),
        "widest_high": percent(max(widest[3])),
    }


def hidden_ratio(run, column, of_last):
    """The last hidden layer's figure by the first's, before training, or the other way round."""
    values = run.layers(column, 0)
    return values[-1] / values[0] if of_last else values[0] / values[-1]


def at_all_rates(part, init):
    """All runs of an initialisation, at whatever rate."""
    return [run for run in runs(part) if run.init == init]


def claim_2():
    some = at_all_rates("tanh-sgd", RANDOM) + at_all_rates("tanh-adam", RANDOM)
    shrink = [hidden_ratio(run, "a_std", True) for run in some]
    gradient = [hidden_ratio(run, "gradient_std", False) for run in some]
    sgd, total = learned("tanh-sgd", RANDOM)
    adam, _ = learned("tanh-adam", RANDOM)
    parts = [max(shrink) < 1e-3, max(gradient) < 1e-3, sgd == 0, adam == 0]
    word = "holds" if all(parts) else "holds in part" if sgd == 0 else "fails"
    last = Estimate(last_accuracy(run) for run in best_rate("tanh-adam", RANDOM).values())
    xavier = paired(
        best_rate("tanh-adam", "xavier"), best_rate("tanh-adam", RANDOM), last_accuracy)
    line = level("tanh-adam")
    fallen = [run for run in best_rate("tanh-adam", RANDOM).values()
              if accuracies(run).max() >= line > last_accuracy(run)]
    slow = [last_accuracy(run) for run in at_all_rates("tanh-adam", RANDOM) if run.rate == 0.0001]
    return {
        "word": word, "shrink": power(max(shrink)), "gradient": power(max(gradient)),
        "sgd": sgd, "adam": adam, "total": total,
        "adam_last": percent(last.mean), "fallen": len(fallen), "line": percent(line),
        "slow": sum(value >= line for value in slow), "slow_last": percent(numpy.mean(slow)),
        "xavier": xavier.difference,
    }


def claim_3():
    some = at_all_rates("tanh-sgd", "random:1") + at_all_rates("tanh-adam", "random:1")
    saturated = [run.layers("saturated_share", 0).min() for run in some]
    gradient = [hidden_ratio(run, "gradient_std", False) for run in some]
    sgd, total = learned("tanh-sgd", "random:1")
    adam, _ = learned("tanh-adam", "random:1")
    parts = [min(saturated) > 0.5, max(gradient) < 1, sgd == 0, adam == 0]
    best = max(
        last_accuracy(run)
        for part in ("tanh-sgd", "tanh-adam") for run in best_rate(part, "random:1").values())
    return {
        "word": overall(parts), "saturated": percent(min(saturated)),
        "gradient_low": power(min(gradient)), "gradient_high": power(max(gradient)),
        "sgd": sgd, "adam": adam, "total": total, "best": percent(best),
    }


def claim_4():
    xavier = [run for part in ("tanh-sgd", "tanh-adam", "sigmoid-sgd", "sigmoid-adam")
              for run in at_all_rates(part, "xavier")]
    before = {kind: max(run.layers("saturated_share", 0).max() for run in xavier
                        if run.path.parent.name.startswith(kind)) for kind in ("tanh", "sigmoid")}
    beyond_first = max(run.layers("saturated_share", 0)[1:].max() for run in xavier)
    after = {kind: max(run.layers("saturated_share", run.options["epochs"]).max() for run in xavier
                       if run.path.parent.name.startswith(kind)) for kind in ("tanh", "sigmoid")}

    def lowest(run):
        return min(run.layers("a_mean", epoch)[3] for epoch in (1, 2))

    standard = [lowest(run) for run in best_rate("sigmoid-sgd", STANDARD).values()]
    linear = [lowest(run) for run in best_rate("sigmoid-sgd", "xavier").values()]
    drifts = sum(value < 0.1 for value in standard)
    stays = sum(value >= 0.1 for value in linear)
    worse = {}
    for part, other in itertools.product(
            ("sigmoid-sgd", "sigmoid-adam"), (RANDOM, "random:1", STANDARD)):
        worse[part, other] = paired(
            best_rate(part, other), best_rate(part, "xavier"), last_accuracy)
    holm(list(worse.values()))
    lower = sum(pair.clear and pair.mean <= -0.02 for pair in worse.values())
    parts = [max(before.values()) < 0.05 and max(after.values()) < 0.5,
             drifts >= 4 and stays >= 4,
             True if lower == len(worse)
             else False if all(pair.clear and pair.mean > 0 for pair in worse.values()) else None]
    word = overall(parts, decisive=2)
    table = ["| test accuracy after 12 epochs, minus Xavier's | SGD | Adam |", "|---|---|---|"]
    for other in (RANDOM, STANDARD, "random:1"):
        table.append(f"| `{name(other)}` | " + " | ".join(
            worse[part, other].difference for part in ("sigmoid-sgd", "sigmoid-adam")) + " |")
    return {
        "word": word, "before_tanh": percent(before["tanh"]),
        "before_sigmoid": percent(before["sigmoid"]), "beyond_first": percent(beyond_first),
        "after_tanh": percent(after["tanh"]), "after_sigmoid": percent(after["sigmoid"]),
        "standard_low": f"{min(standard):.3f}", "standard_high": f"{max(standard):.3f}",
        "linear_low": f"{min(linear):.3f}", "drifts": drifts,
        "seeds": len(standard), "lower": lower, "comparisons": len(worse),
        "table": "\n".join(table),
        "xavier_sgd": percent(Estimate(
            map(last_accuracy, best_rate("sigmoid-sgd", "xavier").values())).mean),
        "xavier_adam": percent(Estimate(
            map(last_accuracy, best_rate("sigmoid-adam", "xavier").values())).mean),
    }


def claim_5():
    parts = ["relu-sgd", "relu-adam"]
    ratio = {init: [hidden_ratio(run, "a_rms", True)
                    for part in parts for run in at_all_rates(part, init)]
             for init in ("xavier", "he")}
    counts = {(part, init): learned(part, init) for part in parts for init in ("xavier", "he")}
    higher = {part: paired(best_rate(part, "he"), best_rate(part, "xavier"), last_accuracy)
              for part in parts}
    holm(list(higher.values()))
    signal = max(ratio["xavier"]) < 1e-3 and min(ratio["he"]) > 0.1
    fails = all(counts[part, "xavier"][0] == 0 for part in parts)
    mends = all(counts[part, "he"][0] >= 4 for part in parts)
    directions = [direction(pair, 1) for pair in higher.values()]
    clear = None if None in directions else all(directions)
    nearest = max(last_accuracy(run) for run in at_all_rates("relu-sgd", "xavier"))
    result = {
        "nearest": percent(nearest), "line": percent(level("relu-sgd")),
        "word": overall([signal, fails, mends, clear]),
        "xavier_signal": power(max(ratio["xavier"])), "he_signal": f"{min(ratio['he']):.2f}",
        "he_signal_high": f"{max(ratio['he']):.2f}",
    }
    for part in parts:
        short = part.removeprefix("relu-")
        result[f"higher_{short}"] = higher[part].difference
        for init in ("xavier", "he"):
            count, total = counts[part, init]
            result[f"{init}_{short}"] = f"{count} of {total}"
            result[f"{init}_{short}_last"] = percent(Estimate(
                map(last_accuracy, best_rate(part, init).values())).mean)
    return result
