#!/usr/bin/env python3
"""Where classifiers learn: maps over the weights' variance and the depth, and what foretold it.

  trainability.py train     trains every cell of the maps below; interrupted, it goes on
  trainability.py collect   probes every cell as it was before training, and writes the table
  trainability.py choose    prints the limits under which the verdict is right most often
  trainability.py judge     prints how often it was right, and each statistic's ROC area
  trainability.py draw      draws the maps

The weights of every layer, the last one too, have variance sigma_w^2 / inputs, the biases
sigma_b^2. All but train and collect need matplotlib and pandas: pip install -r
scripts/requirements.txt
"""

import argparse
import csv
import dataclasses
import itertools
import json
import math
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import matplotlib
    import numpy
    import pandas

    matplotlib.use("Agg")
    import matplotlib.colors
    import matplotlib.pyplot as plt
except ImportError:
    # Of use without them: training on a machine that has Python alone.
    matplotlib = None

ROOT = Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Map:
    """Classifiers over a grid, alike but for their depth and their weights' variance."""

    activation: str
    variances: tuple
    depths: tuple
    bias_variance: float = 0
    optimizer: str = "sgd"
    learning_rate: float = 0.01
    steps: int = 200
    width: int = 300
    seed: int = 0
    data: str = "mnist"
    # Whether the verdict's thresholds may be chosen on it.
    calibrates: bool = False

    def label(self, variance):
        """The initialiser with this variance, as gan-train names it."""
        bias = f":bias={math.sqrt(self.bias_variance):.6g}" if self.bias_variance else ""
        return f"lecun:gain={math.sqrt(variance):.6g}{bias}"

    def arguments(self, program, runs, name, data):
        return [
            *(program, "compare", "classify", "--run-dir", str(runs / name)),
            *("--inits", ",".join(self.label(variance) for variance in self.variances)),
            *("--vary", "layers=" + ",".join(map(str, self.depths)), "--width", str(self.width)),
            *("--activation", self.activation, "--optimizer", self.optimizer),
            *("--learning-rate", str(self.learning_rate), "--batch-size", "256"),
            *("--max-steps", str(self.steps), "--seeds", str(self.seed)),
            *("--data", str(data / self.data)),
        ]


DEPTHS = (2, 3, 5, 8, 12, 17, 24, 34, 48, 68)
FEW_DEPTHS = (3, 8, 17, 40)
TANH = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 2.5, 3, 4)
TANH_BIASED = (0.5, 0.75, 1, 1.25, 1.4, 1.5, 1.6, 1.7, 1.76, 1.85, 2, 2.25, 2.5, 3, 3.5, 4)
RELU = (1, 1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.1, 2.2, 2.35, 2.5, 2.75, 3, 4)
FEW_TANH = (0.5, 0.7, 0.9, 1, 1.25, 1.5, 2, 3)
FEW_RELU = (1, 1.4, 1.7, 1.9, 2, 2.2, 2.5, 3)

MAPS = {
    "tanh": Map("tanh", TANH, DEPTHS, calibrates=True),
    "tanh-biases": Map("tanh", TANH_BIASED, DEPTHS, bias_variance=0.05, calibrates=True),
    "relu": Map("relu", RELU, DEPTHS, calibrates=True),
    # At this rate nothing of 40 layers learns, whatever its weights: no figure of the layers tells.
    "tanh-adam": Map("tanh", FEW_TANH, FEW_DEPTHS, optimizer="adam", learning_rate=0.001),
    "relu-adam": Map("relu", FEW_RELU, FEW_DEPTHS, optimizer="adam", learning_rate=0.001),
    "tanh-adam-rate-0.0001": Map(
        "tanh", FEW_TANH, FEW_DEPTHS, optimizer="adam", learning_rate=0.0001, calibrates=True
    ),
    "relu-adam-rate-0.0001": Map(
        "relu", FEW_RELU, FEW_DEPTHS, optimizer="adam", learning_rate=0.0001, calibrates=True
    ),
    # Where gradients grow on their way back, other learning rates.
    "tanh-rate-0.003": Map("tanh", (2.5, 3, 4), (34, 48, 68), learning_rate=0.003),
    "tanh-rate-0.001": Map("tanh", (2.5, 3, 4), (34, 48, 68), learning_rate=0.001),
    "tanh-2000": Map("tanh", (0.4, 0.6, 0.8, 3), (5, 12, 24), steps=2000),
    # What the thresholds never saw, besides every fifth cell of the maps above.
    "tanh-width-100": Map("tanh", FEW_TANH, FEW_DEPTHS, width=100),
    "relu-width-100": Map("relu", FEW_RELU, FEW_DEPTHS, width=100),
    "tanh-seed-1": Map("tanh", FEW_TANH, FEW_DEPTHS, bias_variance=0.05, seed=1),
    "tanh-digits": Map("tanh", FEW_TANH, FEW_DEPTHS, data="digits"),
    "relu-digits": Map("relu", FEW_RELU, FEW_DEPTHS, data="digits"),
    "softsign": Map("softsign", (0.5, 0.7, 0.9, 1, 1.5, 2, 3, 4), FEW_DEPTHS),
    "selu": Map("selu", (0.4, 0.6, 0.8, 0.9, 1, 1.2, 1.5, 2), FEW_DEPTHS),
    "sigmoid": Map("sigmoid", (1, 4, 8, 16, 24, 36, 64), (1, 2, 3, 5, 8)),
    "leaky-relu-adam": Map(
        "leaky-relu", FEW_RELU, FEW_DEPTHS, optimizer="adam", learning_rate=0.0001
    ),
    "softsign-adam": Map(
        "softsign", (0.5, 0.9, 1, 2, 4), FEW_DEPTHS, optimizer="adam", learning_rate=0.0001
    ),
    "tanh-momentum": Map(
        "tanh", FEW_TANH, FEW_DEPTHS, optimizer="momentum", learning_rate=0.001
    ),
}


def is_held_out(name, variance, depth):
    """Whether a cell is one that the thresholds must not be chosen on."""
    map = MAPS[name]
    row, column = map.depths.index(depth), map.variances.index(variance)
    return not map.calibrates or (2 * row + column) % 5 == 0


def train(options):
    for name in options.maps:
        arguments = MAPS[name].arguments(options.program, options.runs, name, options.data)
        if (options.runs / name / "compare.json").exists():
            arguments = arguments[:5]
        # A run that diverges counts as one that fails; the others are trained all the same.
        status = subprocess.run(arguments, check=False, stdout=subprocess.DEVNULL).returncode
        if status not in (0, 1):
            sys.exit(f"{name}: gan-train ended with {status}")


# The table.


def collect(options):
    """A row a cell: its options, what it had learned, what the probe says of it before."""
    cells = [cell for name in options.maps for cell in find_cells(name, options.runs)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(lambda cell: probe(options.program, cell["run"]), cells))
    rows = []
    for cell, verdict in zip(cells, verdicts, strict=True):
        map = MAPS[cell["map"]]
        accuracy = accuracy_at_end(cell["run"], map.steps)
        rows.append(
            {
                "map": cell["map"],
                "held_out": int(is_held_out(cell["map"], cell["variance"], cell["depth"])),
                **{key: getattr(map, key) for key in COMMON},
                "weight_variance": cell["variance"],
                "hidden_layers": cell["depth"],
                "train_accuracy": "" if accuracy is None else f"{accuracy:.6g}",
                **{key: shorten(verdict[key]) for key in VERDICT},
            }
        )
    options.table.parent.mkdir(parents=True, exist_ok=True)
    with options.table.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{options.table}: {len(rows)} cells")


COMMON = (
    "activation", "optimizer", "learning_rate", "steps", "width", "seed", "data", "bias_variance")
STATISTICS = {
    "output_spread": "outputs' spread",
    "gradient_ratio": "gradient, first layer to last",
    "activation_std": "last layer's standard deviation",
    "correlation": "correlation between inputs",
    "saturated_share": "saturated share",
    "zero_share": "zero share",
}
VERDICT = (*STATISTICS, "depth", "depth_scale", "signal", "verdict", "obstacle")


def find_cells(name, runs):
    """The runs of a map by their cells; a cell that is missing is an error."""
    map = MAPS[name]
    found = {}
    for path in (runs / name).glob("*/config.json"):
        experiment = json.loads(path.read_text())["experiment"]
        gain = f"{experiment['initializer']['gain']:.6g}"
        found[gain, len(experiment["hidden_layers"])] = path.parent
    cells = []
    for variance in map.variances:
        for depth in map.depths:
            run = found.get((f"{math.sqrt(variance):.6g}", depth))
            if run is None:
                sys.exit(f"{runs / name}: no run of variance {variance} and {depth} layers")
            cells.append({"map": name, "variance": variance, "depth": depth, "run": run})
    return cells


def accuracy_at_end(run, steps):
    """On the training batches of the last twenty steps; None for a run that diverged before."""
    with (run / "steps.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and int(rows[-1]["step"]) == steps:
        return float(rows[-1]["train_accuracy"])
    if "training diverged" in Path(f"{run}.log").read_text():
        return None
    sys.exit(f"{run}: has not come to step {steps}; scripts/trainability.py train goes on")


def probe(program, run):
    """The verdict on a run before its training, by column."""
    config = json.loads((run / "config.json").read_text())
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [program, "probe", "--config", run / "config.json", "--output", directory],
            check=True, stdout=subprocess.DEVNULL)
        with (Path(directory) / "verdict.csv").open(newline="") as file:
            rows = {row["optimizer"]: row for row in csv.DictReader(file)}
    return rows[config["experiment"]["optimizer"]]


def shorten(text):
    """Six digits of a number."""
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text


# How often it was right.


def judge(options):
    """Tables for docs/prediction.md, in Markdown."""
    table = read_table(options.table)
    print(f"{len(table)} cells, {table.diverged.sum()} diverged\n")
    print("| settings | cells | learned | right | said yes, did not learn | said no, learned |")
    print("|---|---|---|---|---|---|")
    for title, part in groups(table):
        said, learned = part.verdict == "likely", part.learned
        share = f"{(said == learned).sum()} ({100 * (said == learned).mean():.1f} %)"
        print(f"| {title} | {len(part)} | {learned.sum()} | {share} "
              f"| {(said & ~learned).sum()} | {(~said & learned).sum()} |")

    print("\nROC area, of cells that nothing was chosen on (95 % by bootstrap over cells)\n")
    held_out = table[table.held_out == 1]
    kinds = {
        "SGD": held_out[(held_out.optimizer != "adam")],
        "SGD, tanh and softsign": held_out[
            (held_out.optimizer != "adam") & held_out.activation.isin(["tanh", "softsign"])],
        "Adam": held_out[held_out.optimizer == "adam"],
    }
    titles = [f"{kind} ({len(part)})" for kind, part in kinds.items()]
    print("| before training | " + " | ".join(titles) + " |")
    print("|---|" + "---|" * len(kinds))
    random = numpy.random.default_rng(0)
    for name, title in {**STATISTICS, "depth_by_scale": "depth / ξ"}.items():
        areas = [roc_area_text(part[name], part.learned, random)
                 for part in kinds.values()]
        print(f"| {title} | " + " | ".join(areas) + " |")

    print("\nThe depth at which learning ends, in depth scales ξ\n")
    print("| map | σ_w² | ξ | depth | depth / ξ |")
    print("|---|---|---|---|---|")
    for name in ("tanh", "tanh-biases", "relu"):
        part = table[table["map"] == name]
        for variance, column in part.groupby("weight_variance"):
            depth, scale = last_depth(column), column.depth_scale.iloc[0]
            if depth and scale < 1000:
                ratio = f"{depth / scale:.1f}"
                print(f"| {name} | {variance:g} | {scale:.1f} | {depth:.0f} | {ratio} |")

    print("\nMissed, of all cells\n")
    missed = table[(table.verdict == "likely") != table.learned]
    columns = ["map", "weight_variance", "hidden_layers", "train_accuracy", "verdict", "obstacle",
               "output_spread", "gradient_ratio", "depth_by_scale"]
    print(missed[columns].to_string(index=False))


def read_table(path):
    """The cells; one has learned that is above half-way from chance to the map's best accuracy."""
    table = pandas.read_csv(path)
    table["diverged"] = table.train_accuracy.isna()
    best = table.groupby("map").train_accuracy.transform("max")
    table["level"] = (0.1 + best) / 2
    table["learned"] = table.train_accuracy.fillna(0) > table.level
    table["depth_by_scale"] = table.hidden_layers / table.depth_scale
    return table


def groups(table):
    """Parts of the table by what they can say of the verdict."""
    chosen = table[table.held_out == 0]
    held_out = table[table.held_out == 1]
    yield "chosen on, SGD", chosen[chosen.optimizer == "sgd"]
    yield "chosen on, Adam", chosen[chosen.optimizer == "adam"]
    yield "**held out, all**", held_out
    yield "held out, SGD and momentum", held_out[held_out.optimizer != "adam"]
    yield "held out, Adam", held_out[held_out.optimizer == "adam"]
    for name in MAPS:
        part = held_out[held_out["map"] == name]
        if len(part):
            yield (f"{name}, every fifth cell" if MAPS[name].calibrates else name), part


def last_depth(column):
    """Between which depths the accuracy falls below the level of learning; None for nowhere."""
    column = column.sort_values("hidden_layers")
    cells = list(column[["hidden_layers", "train_accuracy", "learned", "level"]].itertuples())
    for cell, after in itertools.pairwise(cells):
        if cell.learned and not after.learned:
            low = 0.1 if math.isnan(after.train_accuracy) else after.train_accuracy
            share = (cell.train_accuracy - cell.level) / (cell.train_accuracy - low)
            ratio = after.hidden_layers / cell.hidden_layers
            return cell.hidden_layers * ratio**share
    return None


def roc_area_text(values, learned, random):
    """The area with its interval; below 0.5, small values are those that learn."""
    known = values.notna() & ~values.isin([math.inf, -math.inf])
    values, learned = values[known].to_numpy(), learned[known].to_numpy()
    if len(values) == 0 or len(set(values)) == 1 or learned.all() or not learned.any():
        return "–"
    areas = []
    for _ in range(1000):
        cells = random.integers(0, len(values), len(values))
        if learned[cells].any() and not learned[cells].all():
            areas.append(roc_area(values[cells], learned[cells]))
    low, high = numpy.quantile(areas, [0.025, 0.975])
    return f"{roc_area(values, learned):.2f} ({low:.2f}–{high:.2f})"


def roc_area(values, learned):
    """How often a cell that learned has the greater value of two (Mann & Whitney), ties as half."""
    ranks = pandas.Series(values).rank().to_numpy()
    count = learned.sum()
    above = ranks[learned].sum() - count * (count + 1) / 2
    return above / (count * (len(values) - count))


def choose(options):
    """Prints the limits under which the cells that may be chosen on come out best."""
    table = read_table(options.table)
    table = table[table.held_out == 0]
    # In powers of ten; the first low and the last high are no limits.
    pairs = numpy.array(list(itertools.product(
        [-99, *numpy.arange(-6, 0, 0.1)], [*numpy.arange(0, 4, 0.1), 99])))
    for optimizer in ("sgd", "adam"):
        part = table[table.optimizer == optimizer]
        worth = numpy.where(part.learned, 1, -1)

        def inside(values, pairs=pairs):
            powers = numpy.log10(values.replace(0, 1e-45).fillna(math.inf).to_numpy())
            return (pairs[:, :1] <= powers) & (powers <= pairs[:, 1:])

        spreads, ratios = inside(part.output_spread), inside(part.gradient_ratio)
        gain = (spreads * worth).astype("f4") @ ratios.T.astype("f4")
        right = (gain.max() + (~part.learned).sum()) / len(part)
        # Of equally good limits the middle ones.
        spread, ratio = numpy.nonzero(gain == gain.max())
        print(f"{optimizer}: {100 * right:.1f} % of {len(part)} right, with {len(spread)} choices")
        for title, chosen in ("spread", pairs[spread]), ("gradient ratio", pairs[ratio]):
            low, high = numpy.median(chosen, axis=0)
            print(f"  {title} 10^{low:.2f} to 10^{high:.2f}; of the choices the first from "
                  f"{chosen[:, 0].min():.1f} to {chosen[:, 0].max():.1f}, the second from "
                  f"{chosen[:, 1].min():.1f} to {chosen[:, 1].max():.1f}")


# The picture.


def draw(options):
    """The maps that the limits were chosen on: what was learned, and the verdict beside it."""
    table = read_table(options.table)
    colours = matplotlib.colors.ListedColormap(["#D55E00", "#56B4E9"])
    for name in options.maps:
        part = table[table["map"] == name]
        map = MAPS[name]
        figure, axes = plt.subplots(
            1, 2, figsize=(10, 4.2), layout="constrained", sharey=True)
        grid = part.pivot(index="hidden_layers", columns="weight_variance", values="train_accuracy")
        image = axes[0].pcolormesh(grid.fillna(0).to_numpy(), cmap="viridis", vmin=0.1, vmax=1)
        figure.colorbar(image, ax=axes[0], label=f"training accuracy after {map.steps} steps")
        said = part.assign(said=(part.verdict == "likely").astype(int)).pivot(
            index="hidden_layers", columns="weight_variance", values="said")
        axes[1].pcolormesh(said.to_numpy(), cmap=colours, vmin=0, vmax=1)
        for _, cell in part.iterrows():
            x = map.variances.index(cell.weight_variance) + 0.5
            y = map.depths.index(cell.hidden_layers) + 0.5
            if (cell.verdict == "likely") != cell.learned:
                axes[1].text(x, y, "×", ha="center", va="center", fontsize=11)
            if cell.diverged:
                axes[0].text(x, y, "div.", ha="center", va="center", fontsize=6, color="white")
        scales = part.groupby("weight_variance").depth_scale.first()
        for axis, title in zip(axes, ("what was learned", "the verdict before"), strict=True):
            for factor, style in ((1, ":"), (6, "-")):
                places = [depth_place(map.depths, factor * scales.get(variance, math.inf))
                          for variance in map.variances]
                axis.plot([index + 0.5 for index in range(len(places))], places, style,
                          color="black" if axis is axes[1] else "white",
                          label=f"{'' if factor == 1 else factor}ξ")
            axis.set_xticks([index + 0.5 for index in range(len(map.variances))],
                            [f"{variance:g}" for variance in map.variances], rotation=60)
            axis.set_yticks([index + 0.5 for index in range(len(map.depths))], map.depths)
            axis.set_ylim(0, len(map.depths))
            axis.set_xlabel("σ_w²")
            axis.set_title(title, fontsize=10)
            axis.legend(loc="lower right", fontsize=8, facecolor="grey", labelcolor="white")
        axes[0].set_ylabel("hidden layers")
        axes[1].set_title("the verdict before: likely (blue), unlikely (red); × wrong", fontsize=10)
        biases = f", σ_b² {map.bias_variance:g}" if map.bias_variance else ""
        figure.suptitle(
            f"{map.activation}{biases}, {map.optimizer}, learning rate {map.learning_rate:g}")
        options.images.mkdir(parents=True, exist_ok=True)
        figure.savefig(options.images / f"{name}.png", dpi=110)
        plt.close(figure)


def depth_place(depths, depth):
    """Where a depth is on an axis that has a step for each of `depths`."""
    if not depth < depths[-1]:
        return len(depths) + 1
    if depth <= depths[0]:
        return 0.5 * depth / depths[0]
    above = next(index for index, other in enumerate(depths) if other > depth)
    low, high = math.log(depths[above - 1]), math.log(depths[above])
    return above - 0.5 + (math.log(depth) - low) / (high - low)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=["train", "collect", "choose", "judge", "draw"])
    parser.add_argument("--maps", nargs="+", choices=MAPS, default=list(MAPS), metavar="MAP")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/trainability")
    parser.add_argument(
        "--table", type=Path, default=ROOT / "docs/prediction/trainability.csv")
    parser.add_argument("--images", type=Path, default=ROOT / "docs/images/prediction")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="holds mnist and digits")
    parser.add_argument(
        "--program", default=os.environ.get("GAN_TRAIN", str(ROOT / ".build/release/gan-train"))
    )
    options = parser.parse_args()
    globals()[options.command](options)


if __name__ == "__main__":
    main()
