#!/usr/bin/env python3
"""Draw what gan-train wrote.

  plot.py probe DIR…    the tables of gan-train probe --output DIR: one picture of activation
                        histograms an initialiser, and the signals of all of them by layer

Needs matplotlib and pandas: pip install -r scripts/requirements.txt
"""
import argparse
import pathlib
import sys

try:
    import matplotlib
    import pandas
except ImportError as error:
    sys.exit(f"plot.py needs {error.name}: pip install -r scripts/requirements.txt")

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402, the backend must be set before

# Okabe and Ito's colours, apart for the colour-blind too, in an order whose greys differ; and
# dashes, which stay apart without colours.
COLOURS = ["#0072B2", "#E69F00", "#000000", "#CC79A7", "#009E73", "#56B4E9", "#D55E00"]
DASHES = ["-", "--", ":", "-.", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]

plt.rcParams.update({
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
    "grid.alpha": 0.25, "legend.frameon": False, "savefig.bbox": "tight", "savefig.dpi": 120,
    "svg.hashsalt": "gan-train"})


def style(index):
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[index % len(DASHES)]}


def save(figure, path, formats):
    for ending in formats:
        file = path.with_name(f"{path.name}.{ending}")
        figure.savefig(file, metadata={"Date": None} if ending == "svg" else None)
        print(file)
    plt.close(figure)


def read(path):
    try:
        return pandas.read_csv(path)
    except OSError as error:
        sys.exit(f"{path}: {error.strerror}; expected a table of gan-train")


def file_name(label):
    return "".join(c if c.isalnum() or c in ".-" else "-" for c in label)


# Probes

def draw_histograms(name, layers, bins, output, formats):
    """A row of activation histograms across layers, with mean and standard deviation above."""
    count = len(layers)
    figure, axes = plt.subplots(1, count, figsize=(1.25 * count + 0.4, 1.9), sharex=True,
                                squeeze=False)
    for axis, (_, layer) in zip(axes[0], layers.iterrows()):
        bars = bins[(bins.layer == layer.layer) & (bins.quantity == "activation")]
        axis.bar(bars.bin_low, bars["count"] / bars["count"].sum(),
                 width=bars.bin_high - bars.bin_low, align="edge", color=COLOURS[0])
        axis.set_title(f"layer {layer.layer:.0f}\nmean {layer.a_mean:.2g}\nstd {layer.a_std:.2g}",
                       fontsize=7)
        axis.set_yticks([])
        axis.tick_params(labelsize=7)
        axis.grid(False)
        axis.spines["left"].set_visible(False)
    figure.suptitle(f"{name}: activations ({layers.activation.iloc[0]})", y=1.3, fontsize=9)
    save(figure, output / f"histograms-{file_name(name)}", formats)


def draw_signals(tables, output, formats):
    """What becomes of the signal and of the gradients, by layer, one line an initialiser."""
    quantities = [("a_std", "activations"), ("gradient_std", "∂loss/∂z"),
                  ("weight_gradient_std", "∂loss/∂W")]
    figure, axes = plt.subplots(1, 3, figsize=(9.5, 2.8))
    for axis, (column, title) in zip(axes, quantities):
        for index, (name, table) in enumerate(tables.items()):
            by_layer = table.groupby("layer")[column]
            mean = by_layer.mean()
            axis.plot(mean.index, mean, label=name, marker=".", **style(index))
            if table.trial.nunique() > 1:
                axis.fill_between(mean.index, by_layer.min(), by_layer.max(), alpha=0.15,
                                  color=style(index)["color"], linewidth=0)
        axis.set(title=f"std of {title}", xlabel="layer", yscale="log")
    axes[0].legend(fontsize=7)
    save(figure, output / "signals", formats)


def probe(options):
    tables = {}
    for directory in options.directories:
        layers, bins = read(directory / "layers.csv"), read(directory / "histograms.csv")
        name = f"{layers.init.iloc[0]}"
        if name in tables:
            name = f"{name} ({directory.name})"
        tables[name] = layers
        draw_histograms(name, layers[layers.trial == 1], bins, options.output, options.formats)
    draw_signals(tables, options.output, options.formats)


def main():
    parser = argparse.ArgumentParser(
        description="Draw what gan-train wrote.", formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True, metavar="WHAT")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--output", type=pathlib.Path, default=pathlib.Path("plots"),
                        help="a directory for the pictures (default: plots)")
    common.add_argument("--formats", type=lambda text: text.split(","), default=["png", "svg"],
                        help="default: png,svg")
    kind = kinds.add_parser("probe", parents=[common], help="the tables of gan-train probe")
    kind.add_argument("directories", nargs="+", type=pathlib.Path, metavar="DIR")
    kind.set_defaults(draw=probe)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    options.draw(options)


if __name__ == "__main__":
    main()
