"""What the claims do not ask: whose weights it is, which deviation, momentum, 100 epochs."""

import numpy

from study.estimates import Estimate, holm, paired
from study.gans import at, over, values
from study.tables import RANDOM, of

TWO_BY_TWO = {
    # (generator's, discriminator's weights): the runs that have them
    ("random", "random"): ("gan", "random"),
    ("xavier-he", "xavier-he"): ("gan", "xavier-he"),
    ("random", "xavier-he"): ("two-by-two/random-generator", "random"),
    ("xavier-he", "random"): ("two-by-two/random-discriminator", "xavier-he"),
}


def two_by_two():
    cells = {pair: of(*where) for pair, where in TWO_BY_TWO.items()}
    common = sorted(set.intersection(*(set(cell) for cell in cells.values())))
    figures = {
        "Fréchet distance after epoch 20": (at("frechet_distance", 20), 2),
        "generator's loss, epochs 11 to 20": (over("g_loss", 11, 20), 3),
        "discriminator's loss": (over("d_loss", 11, 20), 3),
        "generator's accuracy": (over("g_accuracy", 11, 20), 3),
    }
    lines = ["| `xavier-he` minus `random` | of the generator | of the discriminator "
             "| interaction |", "|---|---|---|---|"]
    result = {"n": len(common)}
    for title, (figure, digits) in figures.items():
        by_cell = {pair: numpy.array([figure(cell[seed]) for seed in common])
                   for pair, cell in cells.items()}
        rr, xx = by_cell["random", "random"], by_cell["xavier-he", "xavier-he"]
        rx, xr = by_cell["random", "xavier-he"], by_cell["xavier-he", "random"]
        effects = [Estimate((xr + xx - rr - rx) / 2, digits),
                   Estimate((rx + xx - rr - xr) / 2, digits),
                   Estimate(xx - xr - rx + rr, digits)]
        if title.startswith("Fréchet"):
            holm(effects)
            for pair, some in by_cell.items():
                key = "_".join(pair).replace("-", "_")
                result[key] = Estimate(some, 1)
            result["generator"], result["discriminator"] = effects[0], effects[1]
        lines.append(f"| {title} | " + " | ".join(effect.difference for effect in effects) + " |")
    result["table"] = "\n".join(lines)
    return result


SIGMAS = [0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3, 1]


def sigma_runs():
    """The two seeds of each deviation, and Xavier/He's; parts share them."""
    found = {}
    for sigma in SIGMAS:
        label = RANDOM if sigma == 0.01 else f"random:{sigma:g}"
        some = {**of("gan", label), **of("large", label), **of("sigma", label)}
        found[f"{sigma:g}"] = [some[seed] for seed in (0, 1)]
    found["xavier-he"] = [of("gan", "xavier-he")[seed] for seed in (0, 1)]
    return found


def sigma():
    lines = ["| σ | Fréchet distance after epoch 15 | recall | generator's loss, epochs 11 to 15 | "
             "discriminator's |", "|---|---|---|---|---|"]
    best = None
    for label, some in sigma_runs().items():
        distance = [run.quality("frechet_distance", 15) for run in some]
        mean = float(numpy.mean(distance))
        if label != "xavier-he" and (best is None or mean < best[0]):
            best = (mean, label)
        columns = [", ".join(f"{value:.1f}" for value in distance),
                   ", ".join(f"{run.quality('recall', 15):.2f}" for run in some)]
        for column in ("g_loss", "d_loss"):
            columns.append(", ".join(f"{run.mean(column, 11, 15):.3g}" for run in some))
        lines.append(f"| {label} | " + " | ".join(columns) + " |")
    return {"table": "\n".join(lines), "best": best[1], "best_distance": f"{best[0]:.1f}"}


def each(some, figure, digits):
    """Of a few runs, one after the other."""
    return " and ".join(f"{figure(run):,.{digits}f}" for run in some)


def large():
    some = [run for _, run in sorted(of("large", "random:1").items())]
    return {
        "distance": each(some, at("frechet_distance", 40), 0),
        "first": each(some, at("frechet_distance", 0), 0),
        "accuracy": each(some, lambda run: 100 * run.mean("d_accuracy", 2, 40), 1),
        "g_loss": each(some, over("g_loss", 36, 40), 0),
        "g_accuracy": each(some, lambda run: 100 * run.mean("g_accuracy", 2, 40), 1),
    }


def momentum():
    lines = ["| momentum, `xavier-he` minus `random` | epochs 2 to 10 | epochs 11 to 20 |",
             "|---|---|---|"]
    first, second = of("momentum", "xavier-he"), of("momentum", RANDOM)
    for title, column in (("generator's loss", "g_loss"), ("discriminator's loss", "d_loss"),
                          ("generator's accuracy", "g_accuracy")):
        lines.append(f"| {title} | " + " | ".join(
            paired(first, second, over(column, *span)).difference
            for span in ((2, 10), (11, 20))) + " |")
    distance = [paired(first, second, at("frechet_distance", epoch), 1).difference
                for epoch in (10, 20)]
    lines.append("| Fréchet distance after epoch 10, 20 | " + " | ".join(distance) + " |")
    return {
        "table": "\n".join(lines),
        "random": values("momentum", RANDOM, at("frechet_distance", 20), 1),
        "xavier_he": values("momentum", "xavier-he", at("frechet_distance", 20), 1),
    }


def later():
    lines = ["| epoch | " + " | ".join(f"`{init}`" for init in (RANDOM, "xavier-he")) + " |",
             "|---|---|---|"]
    some = [of("long", init)[0] for init in (RANDOM, "xavier-he")]
    for epoch in (20, 40, 60, 80, 100):
        lines.append(f"| {epoch} | " + " | ".join(
            f"{run.quality('frechet_distance', epoch):.1f}; "
            f"{run.mean('g_loss', epoch, epoch):.2f}; {run.mean('d_loss', epoch, epoch):.2f}"
            for run in some) + " |")
    return {"table": "\n".join(lines)}
