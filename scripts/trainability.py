#!/usr/bin/env python3
"""Where classifiers learn: maps over the weights' variance and the depth, and how often it could be told.

  scripts/trainability.py train     trains every cell of the maps below; interrupted, it goes on
  scripts/trainability.py collect   probes every cell as it was before training, and writes the table
  scripts/trainability.py draw      draws the maps
  scripts/trainability.py judge     prints how often the verdict was right, and each statistic's ROC area

The weights of every layer, the last one too, have variance sigma_w^2 / inputs, the biases sigma_b^2.
"""

import argparse
import csv
import dataclasses
import json
import math
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

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
FEW_DEPTHS = (3, 8, 17, 34, 68)
TANH = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 2.5, 3, 4)
TANH_BIASED = (0.5, 0.75, 1, 1.25, 1.4, 1.5, 1.6, 1.7, 1.76, 1.85, 2, 2.25, 2.5, 3, 3.5, 4)
RELU = (1, 1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.1, 2.2, 2.35, 2.5, 2.75, 3, 4)
FEW_TANH = (0.5, 0.7, 0.9, 1, 1.25, 1.5, 2, 3)
FEW_RELU = (1, 1.4, 1.7, 1.9, 2, 2.2, 2.5, 3)

MAPS = {
    "tanh": Map("tanh", TANH, DEPTHS, calibrates=True),
    "tanh-biases": Map("tanh", TANH_BIASED, DEPTHS, bias_variance=0.05, calibrates=True),
    "relu": Map("relu", RELU, DEPTHS, calibrates=True),
    "tanh-adam": Map(
        "tanh", FEW_TANH, FEW_DEPTHS, optimizer="adam", learning_rate=0.001, calibrates=True
    ),
    "relu-adam": Map(
        "relu", FEW_RELU, FEW_DEPTHS, optimizer="adam", learning_rate=0.001, calibrates=True
    ),
    # Where gradients grow on their way back, other learning rates.
    "tanh-rate-0.003": Map("tanh", (2, 2.5, 3, 4), (24, 34, 48, 68), learning_rate=0.003),
    "tanh-rate-0.001": Map("tanh", (2, 2.5, 3, 4), (24, 34, 48, 68), learning_rate=0.001),
    "tanh-2000": Map("tanh", (0.4, 0.5, 0.6, 0.7, 0.8, 3), (5, 12, 24), steps=2000),
    # What the thresholds never saw, besides every fifth cell of the maps above.
    "tanh-width-100": Map("tanh", FEW_TANH, FEW_DEPTHS, width=100),
    "relu-width-100": Map("relu", FEW_RELU, FEW_DEPTHS, width=100),
    "tanh-width-500": Map("tanh", (0.7, 0.9, 1, 1.5, 2), (3, 8, 17, 34), width=500),
    "tanh-seed-1": Map("tanh", FEW_TANH, FEW_DEPTHS, bias_variance=0.05, seed=1),
    "tanh-digits": Map("tanh", FEW_TANH, FEW_DEPTHS, data="digits"),
    "relu-digits": Map("relu", FEW_RELU, FEW_DEPTHS, data="digits"),
    "softsign": Map("softsign", (0.5, 0.7, 0.9, 1, 1.5, 2, 3, 4), FEW_DEPTHS),
    "selu": Map("selu", (0.4, 0.6, 0.8, 0.9, 1, 1.2, 1.5, 2), FEW_DEPTHS),
    "sigmoid": Map("sigmoid", (1, 4, 8, 16, 24, 36, 64), (1, 2, 3, 5, 8)),
    "leaky-relu-adam": Map(
        "leaky-relu", FEW_RELU, (3, 8, 17, 34), optimizer="adam", learning_rate=0.001
    ),
    "softsign-adam": Map(
        "softsign", (0.5, 0.9, 1, 2, 4), (3, 8, 17, 34), optimizer="adam", learning_rate=0.001
    ),
    "tanh-momentum": Map(
        "tanh", FEW_TANH, (3, 8, 17, 34), optimizer="momentum", learning_rate=0.001
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
    """A row a cell: its options, what it had learned, and what the probe says of it before training."""
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
    with open(options.table, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{options.table}: {len(rows)} cells")


COMMON = ("activation", "optimizer", "learning_rate", "steps", "width", "seed", "data", "bias_variance")
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
                sys.exit(f"{name}: no run of variance {variance} and {depth} layers in {runs / name}")
            cells.append({"map": name, "variance": variance, "depth": depth, "run": run})
    return cells


def accuracy_at_end(run, steps):
    """On the training batches of the last twenty steps; None for a run that diverged before."""
    with open(run / "steps.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    if rows and int(rows[-1]["step"]) == steps:
        return float(rows[-1]["train_accuracy"])
    with open(f"{run}.log") as file:
        if "training diverged" in file.read():
            return None
    sys.exit(f"{run}: has not come to step {steps}; scripts/trainability.py train goes on")


def probe(program, run):
    """The verdict on a run before its training, by column."""
    config = json.loads((run / "config.json").read_text())
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(
            [program, "probe", "--config", run / "config.json", "--output", directory],
            check=True, stdout=subprocess.DEVNULL)
        with open(f"{directory}/verdict.csv", newline="") as file:
            rows = {row["optimizer"]: row for row in csv.DictReader(file)}
    return rows[config["experiment"]["optimizer"]]


def shorten(text):
    """Six digits of a number."""
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=["train", "collect", "draw", "judge"])
    parser.add_argument("--maps", nargs="+", choices=MAPS, default=list(MAPS), metavar="MAP")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs/trainability")
    parser.add_argument(
        "--table", type=Path, default=ROOT / "docs/prediction/trainability.csv")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="holds mnist and digits")
    parser.add_argument(
        "--program", default=os.environ.get("GAN_TRAIN", str(ROOT / ".build/release/gan-train"))
    )
    options = parser.parse_args()
    globals()[options.command](options)


if __name__ == "__main__":
    main()
