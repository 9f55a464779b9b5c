"""Claims 6 to 9: a GAN's losses and accuracies, and the quality of its images."""

from study.classifiers import CLASSIFIERS, best_rate, first_accuracy, last_accuracy
from study.estimates import Estimate, direction, holm, overall, paired, percent
from study.tables import RANDOM, of

GAN_INITS = [RANDOM, "random:0.02", "pytorch", "xavier-he"]
OTHERS = GAN_INITS[:3]
# Of quality, beside the Fréchet distance.
MEASURES = ["precision", "recall", "density", "coverage", "kernel_distance", "class_divergence"]
# A difference of Fréchet distances that other noise makes too (docs/quality.md).
SMALL_DISTANCE = 1


def seeds(*parts):
    """Those that every initialisation has in all of these parts."""
    common = set.intersection(*(set(of(part, init)) for part in parts for init in GAN_INITS))
    return sorted(common)


def what_was_run():
    lines = ["| Fréchet distance after epoch | " + " | ".join(f"`{i}`" for i in GAN_INITS) + " |",
             "|---|" + "---|" * len(GAN_INITS)]
    for epoch in (5, 10, 20, 40):
        lines.append(f"| {epoch} | " + " | ".join(
            str(values("gan", init, at("frechet_distance", epoch), 1))
            for init in GAN_INITS) + " |")
    return {"seeds": len(seeds("gan")), "distances": "\n".join(lines)}


def against(figure, part="gan", digits=3):
    """xavier-he minus each of the others."""
    xavier = of(part, "xavier-he")
    return {other: paired(xavier, of(part, other), figure, digits) for other in OTHERS}


def first_losses(run):
    """The generator's mean loss over every 20 steps of the first epoch."""
    losses = run.table("steps").g_loss.to_numpy()
    return losses[: len(losses) // 20 * 20].reshape(-1, 20).mean(axis=1)


def first_peak(run):
    return first_losses(run).max()


def peak_step(run):
    """The last of the 20 steps with the greatest loss."""
    return 20 * (int(first_losses(run).argmax()) + 1)


def first_steps(column, first, last):
    def figure(run):
        table = run.table("steps")
        return table[table.step.between(first, last)][column].mean()

    return figure


def over(column, first, last):
    return lambda run: run.mean(column, first, last)


def at(column, epoch):
    return lambda run: run.quality(column, epoch)


def family_table(rows):
    """A line for each figure, a column for each of the others."""
    lines = ["| `xavier-he` minus | " + " | ".join(f"`{other}`" for other in OTHERS) + " |",
             "|---|" + "---|" * len(OTHERS)]
    for title, estimates in rows.items():
        lines.append(f"| {title} | " + " | ".join(
            estimates[other].difference for other in OTHERS) + " |")
    return "\n".join(lines)


def judge_family(rows, signs):
    """Corrects all of them together; for `random`, whether each goes as the claim has it."""
    holm([estimate for estimates in rows.values() for estimate in estimates.values()])
    return [direction(estimates[RANDOM], sign) for estimates, sign in zip(rows.values(), signs)]


def values(part, init, figure, digits=3):
    return Estimate([figure(run) for _, run in sorted(of(part, init).items())], digits)


def first_epoch():
    """What the picture shows of the first epoch, and the plan did not ask for."""
    rows = {
        f"{title}, steps {first} to {last}": against(
            first_steps(column, first, last), "first-epoch")
        for title, column, first, last in (("discriminator's loss", "d_loss", 1, 40),
                                           ("generator's loss", "g_loss", 401, 460))
    }
    judge_family(rows, [-1, -1])
    return {"table": family_table(rows), "seeds": len(of("first-epoch", RANDOM)),
            "peak_step": max(peak_step(run) for run in of("first-epoch", "xavier-he").values()),
            "coin": values("first-epoch", RANDOM, first_steps("d_loss", 41, 80), 2)}


def claim_6():
    rows = {
        "greatest mean over 20 steps of epoch 1": against(first_peak, "first-epoch"),
        "epochs 2 to 10": against(over("g_loss", 2, 10)),
        "epochs 36 to 40": against(over("g_loss", 36, 40)),
    }
    parts = judge_family(rows, [1, -1, -1])
    result = {"word": overall(parts), "table": family_table(rows)}
    for init in (RANDOM, "xavier-he"):
        key = init.replace("-", "_")
        result[f"peak_{key}"] = values("first-epoch", init, first_peak, 2)
        result[f"late_{key}"] = values("gan", init, over("g_loss", 36, 40), 2)
    return result


def claim_7():
    rows = {
        "steps 1 to 100": against(first_steps("d_loss", 1, 100), "first-epoch"),
        "epoch 1": against(over("d_loss", 1, 1)),
        "epochs 2 to 10": against(over("d_loss", 2, 10)),
        "epochs 26 to 40": against(over("d_loss", 26, 40)),
    }
    _, first, early, late = judge_family(rows, [-1, -1, -1, 1])
    # The first row says where within the epoch, and decides nothing.
    both = {first, early}
    early = False if False in both else None if None in both else True
    return {"word": overall([early, late]), "table": family_table(rows)}


def claim_8():
    rows = {
        "epoch 1": against(over("g_accuracy", 1, 1)),
        "epochs 2 to 10": against(over("g_accuracy", 2, 10)),
        "epochs 26 to 40": against(over("g_accuracy", 26, 40)),
    }
    parts = judge_family(rows, [1, 1, 1])
    result = {"word": overall(parts, decisive=2), "table": family_table(rows)}
    for init in GAN_INITS:
        key = init.replace("-", "_").replace(":", "_").replace(".", "_")
        some = values("gan", init, over("g_accuracy", 26, 40))
        result[f"late_{key}"] = percent(some.mean)
    return result


def claim_9():
    rows = {
        "Fréchet distance after epoch 5": against(at("frechet_distance", 5), digits=2),
        "Fréchet distance after epoch 40": against(at("frechet_distance", 40), digits=2),
    }
    faster, better = (
        went and abs(estimates[RANDOM].mean) >= SMALL_DISTANCE
        for went, estimates in zip(judge_family(rows, [-1, -1]), rows.values()))
    others = {}
    for column in MEASURES:
        others[column.replace("_", " ") + " after epoch 40"] = against(at(column, 40))
    holm([estimate for estimates in others.values() for estimate in estimates.values()])
    accuracies = {}
    for part in CLASSIFIERS[:4]:
        best = "xavier" if part.startswith("tanh") else "he"
        for when, figure in ("first", first_accuracy), ("last", last_accuracy):
            for other in (RANDOM, "pytorch"):
                accuracies[part, when, other] = paired(
                    best_rate(part, best), best_rate(part, other), figure)
    holm(list(accuracies.values()))
    lines = ["| test accuracy, Xavier (tanh) or He (ReLU) minus | `random`, epoch 1 | last | "
             "`pytorch`, epoch 1 | last |", "|---|---|---|---|---|"]
    for part in CLASSIFIERS[:4]:
        lines.append(f"| `{part}` | " + " | ".join(
            accuracies[part, when, other].difference
            for other in (RANDOM, "pytorch") for when in ("first", "last")) + " |")
    # Whether any other run ever comes to where Xavier/He's of its seed is after five epochs.
    rivals = [(run, of("gan", "xavier-he")[seed]) for other in OTHERS
              for seed, run in of("gan", other).items() if seed in of("gan", "xavier-he")]
    reached = sum(run.table("quality").frechet_distance.min() <= xavier.quality(
        "frechet_distance", 5) for run, xavier in rivals)
    result = {}
    for key, column, digits in (("distance", "frechet_distance", 1), ("recall", "recall", 2),
                                ("precision", "precision", 2)):
        means = {init: values("gan", init, at(column, 40)).mean for init in GAN_INITS}
        result[key] = f"{means.pop('xavier-he'):.{digits}f}"
        ends = min(means.values()), max(means.values())
        result[key + "_others"] = " to ".join(f"{mean:.{digits}f}" for mean in ends)
    return result | {
        "precision_10": values("gan", "xavier-he", at("precision", 10), 2),
        "precision_10_random": values("gan", RANDOM, at("precision", 10), 2),
        "word": overall([faster, better], decisive=1),
        "table": family_table(rows), "others": family_table(others),
        "classifiers": "\n".join(lines), "reached": reached, "rivals": len(rivals),
        "classifiers_clear": sum(
            pair.clear and pair.mean > 0 for pair in accuracies.values()),
        "classifiers_all": len(accuracies),
    }
