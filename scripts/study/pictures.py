"""The document's pictures, one a claim at most. Needs matplotlib."""

import matplotlib.pyplot as plt
import numpy
import plot

from study.beyond import sigma_runs
from study.classifiers import CLASSIFIERS, STANDARD, accuracies, best_rate, inits, name
from study.estimates import Estimate
from study.gans import GAN_INITS
from study.tables import RANDOM, of, runs

# One style an initialiser, in all pictures.
ORDER = ["xavier-he", RANDOM, "random:0.02", "pytorch", "random:1", STANDARD, "xavier", "he"]


def style(init):
    return plot.style(ORDER.index(init) % len(plot.COLOURS))


def band(axis, x, by_seed, init):
    """The mean over seeds and its 95 % interval; `by_seed` is [seeds, points]."""
    estimates = [Estimate(column) for column in numpy.asarray(by_seed, dtype=float).T]
    mean = numpy.array([estimate.mean for estimate in estimates])
    half = numpy.array([estimate.half for estimate in estimates])
    line = axis.plot(x, mean, label=name(init), **style(init))[0]
    axis.fill_between(x, mean - half, mean + half, color=line.get_color(), alpha=0.2, linewidth=0)


def save(figure, directory, name):
    path = directory / f"{name}.png"
    figure.savefig(path)
    plt.close(figure)
    return path


def learning_curves(directory):
    figure, axes = plt.subplots(2, 3, figsize=(10, 5), sharey=True, layout="constrained")
    for axis, part in zip(axes.T.flat, CLASSIFIERS):
        for init in sorted(inits(part), key=ORDER.index):
            some = best_rate(part, init)
            tables = [accuracies(run) for run in some.values()]
            band(axis, numpy.arange(1, len(tables[0]) + 1), tables, init)
        kind, optimizer = part.split("-")
        axis.set_title(f"{kind}, {optimizer.upper() if optimizer == 'sgd' else 'Adam'}")
        axis.set_ylim(0, 1)
        axis.legend(fontsize=7)
    for axis in axes[-1]:
        axis.set_xlabel("epoch")
    for axis in axes[:, 0]:
        axis.set_ylabel("test accuracy")
    return save(figure, directory, "learning-curves")


def fourth_layer(directory):
    figure, axes = plt.subplots(1, 2, figsize=(8, 2.8), sharey=True, layout="constrained")
    for axis, init in zip(axes, (STANDARD, "xavier")):
        some = best_rate("sigmoid-sgd", init).values()
        for layer in range(4):
            epochs = range(next(iter(some)).options["epochs"] + 1)
            means = [[run.layers("a_mean", epoch)[layer] for epoch in epochs] for run in some]
            for index, values in enumerate(means):
                axis.plot(epochs, values, linewidth=0.8, label=f"layer {layer + 1}"
                          if index == 0 else None, **plot.style(layer))
        axis.set_title(name(init))
        axis.set_xlabel("epoch")
    axes[0].set_ylabel("mean activation")
    axes[0].legend(fontsize=7)
    return save(figure, directory, "fourth-layer")


def losses(directory, file, part, x, values, label):
    """The losses and the generator's accuracy over `x`; `values` gives a run's of a column."""
    figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
    for axis, column, title in zip(
            axes, ("g_loss", "d_loss", "g_accuracy"),
            ("generator's loss", "discriminator's loss", "fakes taken for real")):
        for init in GAN_INITS:
            band(axis, x, [values(run, column) for run in of(part, init).values()], init)
        axis.set_title(title)
        axis.set_xlabel(label)
    axes[0].legend(fontsize=7)
    return save(figure, directory, file)


def first_epoch(directory):
    def means(run, column):
        return run.table("steps")[column].to_numpy()[:460].reshape(-1, 20).mean(axis=1)

    return losses(directory, "first-epoch", "first-epoch", 20 * numpy.arange(1, 24), means,
                  "step of the first epoch")


def by_epoch(directory):
    return losses(directory, "losses", "gan", numpy.arange(1, 41),
                  lambda run, column: run.table("metrics")[column], "epoch")


def quality(directory):
    figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
    for axis, column, title in zip(
            axes, ("frechet_distance", "precision", "recall"),
            ("Fréchet distance, low is good", "precision", "recall")):
        for init in GAN_INITS:
            some = of("gan", init).values()
            epochs = [epoch for epoch in next(iter(some)).table("quality").epoch if epoch > 0]
            band(axis, epochs, [[run.quality(column, e) for e in epochs] for run in some], init)
        axis.set_title(title)
        axis.set_xlabel("epoch")
    axes[0].set_yscale("log")
    for axis in axes[1:]:
        axis.set_ylim(0, 1)
    axes[0].legend(fontsize=7)
    return save(figure, directory, "quality")


def deviations(directory):
    """Quality and losses against the weights' standard deviation, with Xavier's and He's."""
    some = sigma_runs()
    xavier_he = some.pop("xavier-he")
    panels = [("Fréchet distance after epoch 15", lambda run: run.quality("frechet_distance", 15)),
              ("generator's loss, epochs 11 to 15", lambda run: run.mean("g_loss", 11, 15)),
              ("discriminator's loss", lambda run: run.mean("d_loss", 11, 15))]
    figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
    sigmas = [float(label) for label in some]
    # Of every layer of both networks, as they were drawn.
    layers = xavier_he[0].table("layers")
    scales = layers[layers.epoch == 0].weight_std
    for axis, (title, figure_of) in zip(axes, panels):
        for seed in (0, 1):
            axis.plot(sigmas, [figure_of(pair[seed]) for pair in some.values()], marker=".",
                      **{**style(RANDOM), "label": "N(0, σ²), two seeds" if seed == 0 else None})
            axis.axhline(figure_of(xavier_he[seed]),
                         **{**style("xavier-he"), "label": "xavier-he" if seed == 0 else None})
        axis.axvspan(scales.min(), scales.max(), color="#888888", alpha=0.15, linewidth=0,
                     label="Xavier's and He's σ")
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("σ")
        axis.set_title(title)
    axes[0].legend(fontsize=7)
    return save(figure, directory, "deviations")


# Each with the part whose tables it needs.
PICTURES = [
    ("tanh-sgd", learning_curves), ("sigmoid-sgd", fourth_layer), ("first-epoch", first_epoch),
    ("gan", by_epoch), ("gan", quality), ("sigma", deviations),
]


def draw(directory):
    """Those whose tables are there."""
    return [picture(directory) for part, picture in PICTURES if runs(part)]
