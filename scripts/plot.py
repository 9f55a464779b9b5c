#!/usr/bin/env python3
"""Draw what gan-train wrote.

  plot.py probe DIR…    the tables of gan-train probe --output DIR: one picture of activation
                        histograms an initialiser, and the signals of all of them by layer
  plot.py runs RUN…     the tables and samples of runs, or of directories that hold runs: losses
                        and accuracies by epoch, one line an initialiser, and what it draws

Needs matplotlib and pandas: pip install -r scripts/requirements.txt
"""
import argparse
import pathlib
import sys

try:
    import matplotlib
    import matplotlib.image
    import matplotlib.ticker
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
    """Each colour has one dash in the first round, the next dash in the second …"""
    dash = (index + index // len(COLOURS)) % len(DASHES)
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[dash]}


def save(figure, path, formats, dpi=None):
    for ending in formats:
        file = path.with_name(f"{path.name}.{ending}")
        figure.savefig(file, dpi=dpi, metadata={"Date": None} if ending == "svg" else None)
        print(file)
    plt.close(figure)


def read(path, columns=None):
    try:
        return pandas.read_csv(path, usecols=columns)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"{path}: {reason}; expected a table of gan-train")


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


# Runs

# The 0.975 quantiles of Student's t for 1, 2, … 30 degrees of freedom; beyond, the normal's.
T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179,
               2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
               2.060, 2.056, 2.052, 2.048, 2.045, 2.042, 1.960]

PANELS = {"g_loss": ("generator loss", "cross-entropy"),
          "d_loss": ("discriminator loss", "sum of cross-entropies"),
          "g_accuracy": ("generator accuracy", "fakes taken for real"),
          "d_accuracy": ("discriminator accuracy", "images told right")}

PRINT_DPI = 300


def find_runs(paths):
    """The directories of runs: each path itself, or those in it."""
    for path in sorted(paths):
        own = path / "metrics.csv"
        files = [own] if own.exists() else sorted(path.glob("*/metrics.csv"))
        if not files:
            sys.exit(f"{path}: expected a run's directory, with metrics.csv, or one of runs")
        yield from (file.parent for file in files)


def read_runs(paths):
    """{init: {seed: (directory, table by epoch)}}, inits in the order of the paths' names."""
    inits = {}
    for run in find_runs(paths):
        table = read(run / "metrics.csv", ["init", "seed", "epoch", *PANELS])
        if table.empty:
            print(f"{run}: no epoch yet, left out", file=sys.stderr)
            continue
        init, seed = table.init.iloc[0], int(table.seed.iloc[0])
        seeds = inits.setdefault(init, {})
        if seed in seeds:
            sys.exit(f"{run}: {init} with seed {seed}, expected once; {seeds[seed][0]} is another")
        seeds[seed] = run, table.set_index("epoch")
    if not inits:
        sys.exit(f"{', '.join(map(str, paths))}: no run has an epoch yet, expected at least one")
    for init, seeds in inits.items():
        lengths = [len(table) for _, table in seeds.values()]
        if min(lengths) < max(lengths):
            print(f"{init}: its seeds have {min(lengths)} to {max(lengths)} epochs; drawn are the "
                  f"first {min(lengths)}", file=sys.stderr)
    return inits


def draw_panel(axis, inits, column):
    """A line an init by epoch: the mean over seeds, with its 95 % interval and the seeds' own
    lines, which also set the limits: a wide interval may leave the panel."""
    spans = []
    for index, (init, seeds) in enumerate(inits.items()):
        # An inner join: only the epochs that all seeds have.
        values = pandas.concat({seed: table[column] for seed, (_, table) in seeds.items()}, axis=1,
                               join="inner")
        mean, count, look = values.mean(axis=1), len(seeds), style(index)
        if count > 1:
            reach = T_QUANTILES[min(count - 2, 30)] * values.sem(axis=1)
            most = 1 if column.endswith("accuracy") else None
            axis.fill_between(mean.index, (mean - reach).clip(0), (mean + reach).clip(upper=most),
                              color=look["color"], alpha=0.2, linewidth=0)
            axis.plot(mean.index, values, color=look["color"], linewidth=0.5, alpha=0.4)
        axis.plot(mean.index, mean, label=f"{init} (n = {count})",
                  marker="." if len(mean) == 1 else None, **look)
        spans.append((values.min().min(), mean[mean > 0].median(), values.max().max()))
    lows, medians, highs = zip(*spans)
    set_limits(axis, column, min(lows), min(medians), max(highs))


def set_limits(axis, column, low, median, high):
    """Accuracies in percent from 0, or from the 50 % of guessing if the discriminator is never
    below; losses from 0, or logarithmic where they differ widely (a loss near 0 may then leave
    the panel)."""
    if column.endswith("accuracy"):
        bottom = 0.5 if column == "d_accuracy" and low >= 0.5 else 0
        span = max(high - bottom, 0.01)
        axis.set_ylim(bottom - 0.02 * span, min(1.01, bottom + 1.08 * span))
        axis.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
    elif high > 20 * median:
        axis.set(yscale="log", ylim=(max(low, median / 100) / 1.5, high * 1.5))
    else:
        axis.set_ylim(0, 1.08 * high)


def draw_metrics(inits, output, formats):
    """Losses above, accuracies below; the generator's left, the discriminator's right."""
    figure, axes = plt.subplots(2, 2, figsize=(6.5, 4.8), sharex=True, layout="constrained")
    for axis, (column, (title, label)) in zip(axes.flat, PANELS.items()):
        draw_panel(axis, inits, column)
        axis.set(title=title, ylabel=label, xlim=(0, None))
        axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    for axis in axes[1]:
        axis.set_xlabel("epoch")
    figure.get_layout_engine().set(wspace=0.05)
    figure.align_ylabels(axes)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    several = any(len(seeds) > 1 for seeds in inits.values())
    figure.legend(handles, labels, loc="outside lower center", fontsize=8, handlelength=3,
                  ncols=min(4 if max(map(len, labels)) < 20 else 3, len(labels)), title_fontsize=8,
                  title="mean over n seeds, with 95 % interval" if several else None)
    save(figure, output / "losses-and-accuracies", formats, PRINT_DPI)


def sample_files(run):
    """{epoch: picture}, of whole epochs only."""
    files = {file.stem.removeprefix("epoch-"): file for file in (run / "samples").glob("*.png")}
    return {int(epoch): file for epoch, file in files.items() if epoch.isdigit()}


def spread(epochs):
    """Seven of the epochs, the first and the last among them, or six or five if only those lie
    evenly; all if there are fewer."""
    last = len(epochs) - 1
    if last <= 6:
        return epochs
    gaps = next((gaps for gaps in (6, 5, 4) if last % gaps == 0), 6)
    return [epochs[round(gap * last / gaps)] for gap in range(gaps + 1)]


def draw_samples(inits, output, formats):
    """A row an init, of its lowest seed, a column an epoch: 4 × 4 of what the generator draws."""
    samples = {f"{init}, seed {min(seeds)}": sample_files(seeds[min(seeds)][0])
               for init, seeds in inits.items()}
    epochs = spread(sorted(set().union(*samples.values())))
    if not epochs:
        return print(f"no samples of {'; '.join(samples)}", file=sys.stderr)
    # Digits of 28 pixels, four with the lines around, at two dots a pixel.
    cell, gap = 2 * (4 * 30 + 2) / PRINT_DPI, 0.06
    figure, axes = plt.subplots(
        len(samples), len(epochs), squeeze=False,
        figsize=[cell * (count + (count - 1) * gap) for count in (len(epochs), len(samples))],
        gridspec_kw={"left": 0, "right": 1, "bottom": 0, "top": 1, "wspace": gap, "hspace": gap})
    for row, (name, files) in zip(axes, samples.items()):
        lacking = ", ".join(str(epoch) for epoch in epochs if epoch not in files)
        if lacking:
            print(f"{name}: no samples of epoch {lacking}; their cells stay empty", file=sys.stderr)
        row[0].set_ylabel(name.replace(", ", "\n"), rotation=0, ha="right", va="center", fontsize=8)
        for axis, epoch in zip(row, epochs):
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
            if epoch in files:
                grid = matplotlib.image.imread(files[epoch])
                height, width = ((size - 2) // 8 * 4 + 2 for size in grid.shape[:2])
                axis.imshow(grid[:height, :width], cmap="gray", vmin=0, vmax=1,
                            interpolation="nearest")
    for axis, epoch in zip(axes[0], epochs):
        axis.set_title(f"epoch {epoch}", fontsize=8)
    save(figure, output / "samples-by-epoch", formats, PRINT_DPI)


def runs(options):
    inits = read_runs(options.runs)
    draw_metrics(inits, options.output, options.formats)
    draw_samples(inits, options.output, options.formats)


def main():
    parser = argparse.ArgumentParser(
        description="Draw what gan-train wrote.",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True, metavar="WHAT")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--output", type=pathlib.Path, default=pathlib.Path("plots"),
                        help="a directory for the pictures (default: plots)")
    common.add_argument("--formats", type=lambda text: text.split(","), default=["png", "svg"],
                        help="default: png,svg")
    kind = kinds.add_parser("probe", parents=[common], help="the tables of gan-train probe")
    kind.add_argument("directories", nargs="+", type=pathlib.Path, metavar="DIR")
    kind.set_defaults(draw=probe)
    kind = kinds.add_parser("runs", parents=[common], help="the tables and samples of runs")
    kind.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN",
                      help="a run's directory, or one that holds runs")
    kind.set_defaults(draw=runs)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    options.draw(options)


if __name__ == "__main__":
    main()
