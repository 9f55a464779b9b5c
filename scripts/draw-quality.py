#!/usr/bin/env python3
"""Draws the pictures of docs/quality.md: what high and low figures look like, and a run's way.

  draw-quality.py RUNS    trains in the directory RUNS what is not there yet: a GAN, and one whose
                          learning rate makes it collapse

Needs matplotlib and pandas: pip install -r scripts/requirements.txt
"""
import argparse
import gzip
import json
import os
import subprocess
from pathlib import Path

import matplotlib
import numpy
import pandas

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402, the backend must be set before

ROOT = Path(__file__).resolve().parent.parent
RUNS = {
    "trained": ["--epochs", "20", "--evaluate-every", "2"],
    "collapsed": ["--epochs", "3", "--learning-rate", "0.002"],
}
FIGURES = {
    "frechet_distance": "Fréchet distance", "kernel_distance": "kernel distance",
    "precision": "precision", "recall": "recall", "density": "density", "coverage": "coverage",
    "classifier_score": "classifier score", "class_divergence": "class divergence",
    "log_likelihood": "log-likelihood", "copying": "copying"}


def real_grid(data):
    """The first 64 test images, laid out as samples are."""
    path = next(data.glob("t10k-images*"))
    read = gzip.open if path.suffix == ".gz" else open
    with read(path, "rb") as file:
        images = numpy.frombuffer(file.read(16 + 64 * 784), numpy.uint8, offset=16)
    grid = numpy.full((8 * 30 + 2, 8 * 30 + 2), 64, numpy.uint8)
    for index, image in enumerate(images.reshape(64, 28, 28)):
        top, left = index // 8 * 30 + 2, index % 8 * 30 + 2
        grid[top:top + 28, left:left + 28] = image
    return grid


def draw_looks(options, rows):
    """Four grids of images, with their figures beneath."""
    sources = [("training images", real_grid(options.data))] + [
        (name, plt.imread(sorted((options.runs / run / "samples").glob("*.png"))[place]))
        for name, run, place in [("trained", "trained", -1), ("untrained", "trained", 0),
                                 ("collapsed", "collapsed", -1)]]
    figure, axes = plt.subplots(1, 4, figsize=(10.4, 4.2), layout="constrained")
    for axis, (name, picture) in zip(axes, sources, strict=True):
        axis.imshow(picture, cmap="gray")
        axis.axis("off")
        axis.set_title("real images" if name == "training images" else f"{name} generator")
        lines = [f"{title} {rows[name][column]:.4g}" for column, title in FIGURES.items()]
        axis.text(0.5, -0.03, "\n".join(lines), ha="center", va="top", fontsize=8,
                  transform=axis.transAxes)
    figure.savefig(options.output / "what-it-looks-like.png", dpi=72, bbox_inches="tight")


def draw_way(options, floor):
    """The figures of the trained run by epoch, with training images' as lines."""
    table = pandas.read_csv(options.runs / "trained/quality.csv")
    figure, axes = plt.subplots(2, 4, figsize=(11, 4.6), layout="constrained")
    for axis, (column, title) in zip(axes.flat, FIGURES.items()):
        axis.plot(table.epoch, table[column], "o-", color="#0072B2", markersize=3)
        axis.axhline(floor[column], color="black", linewidth=0.8, linestyle=":")
        axis.set_title(title, fontsize=9)
        axis.grid(alpha=0.25)
        if column in ("frechet_distance", "kernel_distance"):
            axis.set_yscale("log")
    for axis in axes[1]:
        axis.set_xlabel("epoch")
    figure.savefig(options.output / "by-epoch.png", dpi=90)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("runs", type=Path, metavar="RUNS")
    add("--data", type=Path, default=ROOT / "data/mnist")
    add("--output", type=Path, default=ROOT / "docs/images/quality")
    add("--program", default=os.environ.get("GAN_TRAIN", ROOT / ".build/release/gan-train"))
    options = parser.parse_args()
    for name, arguments in RUNS.items():
        if (options.runs / name / "summary.json").exists():
            continue
        subprocess.run(
            [options.program, "train", "--continue", "--run-dir", options.runs / name, "--quiet",
             "--data", options.data, *arguments], check=True, stdout=subprocess.DEVNULL)
    found = json.loads(subprocess.run(
        [options.program, "evaluate", options.runs / "trained", options.runs / "collapsed",
         "--json", "--data", options.data], check=True, stdout=subprocess.PIPE).stdout)
    # Both runs have one initialisation, so there is one untrained generator.
    rows = dict(zip(("training images", "untrained", "trained", "collapsed"), found, strict=True))
    options.output.mkdir(parents=True, exist_ok=True)
    draw_looks(options, rows)
    draw_way(options, rows["training images"])


if __name__ == "__main__":
    main()
