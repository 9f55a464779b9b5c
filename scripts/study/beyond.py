"""What the claims do not ask: whose weights it is, which deviation, momentum, 100 epochs."""

import numpy

from study.estimates import Estimate, holm, paired, percent
from study.gans import at, over, values
from study.tables import RANDOM, of

TWO_BY_TWO = {
    # (generator's, discriminator's weights): the runs that have them
    ("random", "random"): ("gan", "random"),
    ("xavier-he", "xavier-he"): ("gan", "xavier-he"),
    ("random", "xavier-he"): (
        "two-by-two/random-generator", "generator=random+discriminator=xavier-he"),
    ("xavier-he", "random"): (
        "two-by-two/random-discriminator", "generator=xavier-he+discriminator=random"),
}


def two_by_two():
    cells = {pair: of(*where) for pair, where in TWO_BY_TWO.items()}
    common = sorted(set.intersection(*(set(cell) for cell in cells.values())))

    def by_cell(figure):
        return {pair: numpy.array([figure(cell[seed]) for seed in common])
                for pair, cell in cells.items()}

    figures = {
        "Fréchet distance after epoch 20": (at("frechet_distance", 20), 1),
        "generator's loss, epochs 11 to 20": (over("g_loss", 11, 20), 3),
        "discriminator's loss": (over("d_loss", 11, 20), 3),
        "generator's accuracy": (over("g_accuracy", 11, 20), 3),
    }
    lines = ["| `xavier-he` minus `random` | of the generator | of the discriminator "
             "| interaction |", "|---|---|---|---|"]
    for title, (figure, digits) in figures.items():
        values_of = by_cell(figure)
        rr, xx = values_of["random", "random"], values_of["xavier-he", "xavier-he"]
        rx, xr = values_of["random", "xavier-he"], values_of["xavier-he", "random"]
        effects = [Estimate((xr + xx - rr - rx) / 2, digits),
                   Estimate((rx + xx - rr - xr) / 2, digits),
                   Estimate(xx - xr - rx + rr, digits)]
        if title.startswith("Fréchet"):
            holm(effects)
        lines.append(f"| {title} | " + " | ".join(effect.difference for effect in effects) + " |")
    distance = by_cell(at("frechet_distance", 20))
    square = ["| Fréchet distance after epoch 20 | `random` discriminator | `xavier-he` "
              "discriminator |", "|---|---|---|"]
    for generator in (RANDOM, "xavier-he"):
        square.append(f"| `{generator}` generator | " + " | ".join(
            str(Estimate(distance[generator, discriminator], 1))
            for discriminator in (RANDOM, "xavier-he")) + " |")
    mixed = distance["xavier-he", "xavier-he"] - distance["xavier-he", "random"]
    return {"n": len(common), "table": "\n".join(lines), "square": "\n".join(square),
            "mixed": Estimate(mixed, 1).difference}


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
    """Of the mean of each deviation's two seeds."""
    distances = {label: numpy.mean([run.quality("frechet_distance", 15) for run in some])
                 for label, some in sigma_runs().items()}
    xavier_he = distances.pop("xavier-he")
    best = min(distances, key=distances.get)
    small = [distances[label] for label in distances if float(label) <= 0.03]
    return {"best": best, "best_distance": f"{distances[best]:.1f}",
            "small": f"{min(small):.0f} to {max(small):.0f}",
            "tenth": each(sigma_runs()["0.1"], at("frechet_distance", 15), 0),
            "xavier_he": f"{xavier_he:.1f}"}


def each(some, figure, digits):
    """Of a few runs, one after the other."""
    return " and ".join(f"{figure(run):,.{digits}f}" for run in some)


def large():
    some = [run for _, run in sorted(of("large", "random:1").items())]
    return {
        "distance": each(some, at("frechet_distance", 40), 0),
        "first": each(some, at("frechet_distance", 0), 0),
        "g_loss": each(some, over("g_loss", 36, 40), 0),
        "g_accuracy": each(some, lambda run: 100 * run.mean("g_accuracy", 2, 40), 2),
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
    halved = sum(run.quality("frechet_distance", 20) < run.quality("frechet_distance", 0) / 2
                 for run in first.values())
    fooled = max(run.mean("g_accuracy", 2, 10) for run in [*first.values(), *second.values()])
    return {
        "table": "\n".join(lines),
        "fooled": percent(fooled), "halved": halved,
        "random": values("momentum", RANDOM, at("frechet_distance", 20), 1),
        "xavier_he": values("momentum", "xavier-he", at("frechet_distance", 20), 1),
    }


def later():
    epochs = (20, 40, 60, 80, 100)
    lines = ["| after epoch | " + " | ".join(map(str, epochs)) + " |",
             "|---|" + "---|" * len(epochs)]
    rows = {
        "Fréchet distance": lambda run, epoch: f"{run.quality('frechet_distance', epoch):.1f}",
        "precision": lambda run, epoch: f"{run.quality('precision', epoch):.2f}",
        "recall": lambda run, epoch: f"{run.quality('recall', epoch):.2f}",
        "class divergence": lambda run, epoch: f"{run.quality('class_divergence', epoch):.2f}",
    }
    for title, figure in rows.items():
        for init in (RANDOM, "xavier-he"):
            run = of("long", init)[0]
            lines.append(f"| {title}, `{init}` | "
                         + " | ".join(figure(run, epoch) for epoch in epochs) + " |")
    looks = of("long", "xavier-he")[0].table("quality").set_index("epoch").frechet_distance
    return {"table": "\n".join(lines), "best": looks.idxmin(),
            "times": f"{looks[100] / looks.min():.1f}"}
