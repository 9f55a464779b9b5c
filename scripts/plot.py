#!/usr/bin/env python3
"""Draw what gan-train wrote.

  plot.py probe DIR…    the tables of gan-train probe --output DIR: one picture of activation
                        histograms an initialiser, and the signals of all of them by layer
  plot.py runs RUN…     the tables and samples of runs, or of directories that hold runs: losses
                        and accuracies by epoch, and by step at the beginning, one line an
                        initialiser, and what a GAN draws
  plot.py layers RUN…   the layers of each of these runs: for every network each statistic by
                        epoch, one line a layer, and histograms of activations

GANs and classifiers are drawn alike. Runs that are drawn together may differ in their weights,
seeds and epochs only. Of the runs in directories the largest set that can be compared is drawn.

Needs matplotlib and pandas: pip install -r scripts/requirements.txt
"""
import argparse
import collections
import io
import itertools
import json
import pathlib
import sys

try:
    import matplotlib
    import matplotlib.cm
    import matplotlib.colors
    import matplotlib.image
    import matplotlib.ticker
    import numpy
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


def note(text):
    print(text, file=sys.stderr)


def style(index):
    """Each colour has one dash in the first round, the next dash in the second …"""
    dash = (index + index // len(COLOURS)) % len(DASHES)
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[dash]}


def expect_new(names, options):
    """Ends the program if one of these pictures is there and may not be replaced."""
    for file in (options.output / f"{name}.{end}" for name in names for end in options.formats):
        if file.exists() and not options.overwrite:
            sys.exit(f"{file}: is there already; --overwrite replaces it")


def save(figure, name, options, dpi=None):
    options.output.mkdir(parents=True, exist_ok=True)
    for ending in options.formats:
        file = options.output / f"{name}.{ending}"
        figure.savefig(file, dpi=dpi, metadata={"Date": None} if ending == "svg" else None)
        print(file)
    plt.close(figure)


def read(path, types=None):
    try:
        # A last line without an end is not finished.
        whole = path.read_text(encoding="utf-8").rpartition("\n")[0]
        return pandas.read_csv(io.StringIO(whole), dtype=types)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"{path}: {reason}; expected a table of gan-train")


def read_columns(path, keys, numbers=()):
    """A table's columns of keys, {name: type}, and those of numbers that it has. What is not a
    finite number is as if empty."""
    types = keys | dict.fromkeys(numbers, float)
    table = read(path, types)
    if lacking := [key for key in keys if key not in table]:
        sys.exit(f"{path}: no {', '.join(lacking)}; expected a table of gan-train")
    return table.filter(types).replace([numpy.inf, -numpy.inf], numpy.nan)


def picture_name(*parts):
    return "".join(c if c.isalnum() or c in ".-" else "-" for c in "-".join(parts))


def set_whole_ticks(axis):
    axis.xaxis.set_major_locator(
        matplotlib.ticker.MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))


def draw_bars(axis, bins, colour):
    """A histogram without a scale of counts. Bins that are left out are empty."""
    axis.bar(bins.bin_low, bins["count"] / bins["count"].sum(), width=bins.bin_high - bins.bin_low,
             align="edge", color=colour)
    axis.set_yticks([])
    axis.tick_params(labelsize=7)
    axis.grid(False)
    axis.spines["left"].set_visible(False)


# Probes

def draw_histograms(name, layers, bins, options):
    """A row of activation histograms across layers, with mean and standard deviation above."""
    count = len(layers)
    figure, axes = plt.subplots(1, count, figsize=(1.25 * count + 0.4, 1.9), sharex=True,
                                squeeze=False)
    for axis, (_, layer) in zip(axes[0], layers.iterrows()):
        draw_bars(axis, bins[(bins.layer == layer.layer) & (bins.quantity == "activation")],
                  COLOURS[0])
        axis.set_title(f"layer {layer.layer:.0f}\nmean {layer.a_mean:.2g}\nstd {layer.a_std:.2g}",
                       fontsize=7)
    figure.suptitle(f"{name}: activations ({layers.activation.iloc[0]})", y=1.3, fontsize=9)
    save(figure, picture_name("histograms", name), options)


def draw_signals(tables, options):
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
    save(figure, "signals", options)


def probe(options):
    tables, histograms = {}, {}
    for directory in options.directories:
        layers, bins = read(directory / "layers.csv"), read(directory / "histograms.csv")
        name = f"{layers.init.iloc[0]}"
        if name in tables:
            name = f"{name} ({directory.name})"
        picture = picture_name("histograms", name)
        if picture in histograms:
            sys.exit(f"{directory}: {name}, with another picture {picture}; expected one")
        tables[name], histograms[picture] = layers, bins
    expect_new([*histograms, "signals"], options)
    for (name, layers), bins in zip(tables.items(), histograms.values()):
        draw_histograms(name, layers[layers.trial == 1], bins, options)
    draw_signals(tables, options)


# Runs

# By kind of training; losses above, accuracies below.
PANELS = {
    "gan": {"g_loss": ("generator loss", "cross-entropy"),
            "d_loss": ("discriminator loss", "sum of cross-entropies"),
            "g_accuracy": ("generator accuracy", "fakes taken for real"),
            "d_accuracy": ("discriminator accuracy", "images told right")},
    "classifier": {"train_loss": ("training loss", "cross-entropy"),
                   "test_loss": ("test loss", "cross-entropy"),
                   "train_accuracy": ("training accuracy", "images told right"),
                   "test_accuracy": ("test accuracy", "images told right")}}

PRINT_DPI = 300

# What comparable runs may differ in, of the experiment in config.json; settings are the rest.
MAY_DIFFER = {"initializer", "generator_initializer", "discriminator_initializer", "seed",
              "epochs", "maximum_steps", "threads"}
# A table by epoch and, of runs that have one, a table by step.
Run = collections.namedtuple("Run", ["path", "settings", "init", "seed", "table", "steps"])


def read_settings(path):
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        # An older version's run lacks epsilon and kind.
        settings = {"epsilon": 1e-08, **config["experiment"],
                    "kind of training": config.get("kind", "gan"), "data": config["data"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"{path}: {error!r}; expected the configuration of a run of gan-train")
    if (kind := settings["kind of training"]) not in PANELS:
        sys.exit(f"{path}: kind {kind!r}; expected {' or '.join(PANELS)}")
    return {key: value for key, value in settings.items() if key not in MAY_DIFFER}


def differences(run, other):
    """The settings that keep two runs from being compared. One that only one of them has is not
    among them: older versions lack newer options, and did what is their default."""
    return [key for key in run.settings
            if key in other.settings and run.settings[key] != other.settings[key]]


def read_run(path):
    """A run, or None if there is nothing to draw yet."""
    settings = read_settings(path / "config.json")
    panels = PANELS[settings["kind of training"]]
    keys = {"init": str, "seed": "uint64", "epoch": int}
    table = read_columns(path / "metrics.csv", keys, panels)
    table = table.reindex(columns=[*keys, *panels]).set_index("epoch")
    steps = None
    if (file := path / "steps.csv").exists():
        steps = read_columns(file, keys | {"step": int}, panels).set_index("step")
    lacking = [column for column in panels if table[column].isna().any()]
    if table[[*panels]].isna().all(axis=None):
        return note(f"left out: {path}: no losses and accuracies yet")
    if lacking:
        note(f"{path}: lacks {', '.join(lacking)} in some epochs or all; drawn is what there is")
    return Run(path, settings, table.init.iloc[0], table.seed.iloc[0], table, steps)


def find_runs(path):
    """The path itself, if it is a run's, or the runs in it."""
    own = path / "config.json"
    files = [own] if own.exists() else path.glob("*/config.json")
    found = [file.parent for file in files if file.with_name("metrics.csv").exists()]
    if not found:
        sys.exit(f"{path}: expected a run (config.json, metrics.csv) or a directory of runs")
    return found


def read_each(paths, read_one):
    """What read_one makes of each of these runs, but for None. A damaged run that was not named
    itself does not hold up those beside it."""
    found = []
    for directory in sorted({run for path in paths for run in find_runs(path)}):
        try:
            found.append(read_one(directory))
        except SystemExit as error:
            if directory in paths:
                raise
            note(f"left out: {error}")
    return [run for run in found if run]


def choose_comparable(runs):
    """The largest set of runs that can be compared, the last one of each init and seed."""
    best = max(reversed(runs), key=lambda run: sum(not differences(run, other) for other in runs))
    last = {(run.init, run.seed): run for run in runs if not differences(run, best)}
    for run in runs:
        if names := differences(run, best):
            note(f"left out: {run.path}: other {', '.join(names)}")
        elif (later := last[run.init, run.seed]) is not run:
            note(f"left out: {run.path}: {later.path} has the same init and seed")
    return list(last.values())


def read_runs(paths):
    """{init: {seed: run}}, inits in the order of the paths' names."""
    runs = read_each(paths, read_run)
    if not runs:
        sys.exit(f"{', '.join(map(str, paths))}: no run has an epoch yet, expected at least one")
    if not all((path / "config.json").exists() for path in paths):
        runs = choose_comparable(runs)
    for run, later in itertools.combinations(runs, 2):
        if names := differences(later, run):
            sys.exit(f"{later.path}: other {', '.join(names)} than {run.path} has; runs that are "
                     "drawn together may differ in their weights, seeds and epochs only")
        if (later.init, later.seed) == (run.init, run.seed):
            sys.exit(f"{later.path}: {run.init} with seed {run.seed}, as {run.path}; expected once")
    inits = {}
    for run in runs:
        inits.setdefault(run.init, {})[run.seed] = run
    for init, seeds in inits.items():
        lengths = [len(run.table) for run in seeds.values()]
        if min(lengths) < max(lengths):
            note(f"{init}: its seeds have {min(lengths)} to {max(lengths)} epochs; drawn are the "
                 f"first {min(lengths)}")
    return inits


def t_quantile(freedom):
    """The 0.975 quantile of Student's t. With t = √freedom · tan φ its density is cos(φ)^(freedom
    − 1) times a constant, and 0.95 of the integral from 0 to π/2 lie below the quantile."""
    angles = numpy.linspace(0, numpy.pi / 2, 100_001)
    heights = numpy.cos(angles) ** (freedom - 1)
    integral = numpy.cumsum(heights) - (heights[0] + heights) / 2
    return numpy.sqrt(freedom) * numpy.tan(numpy.interp(0.95 * integral[-1], integral, angles))


def values_of(seeds, column):
    """A column of each seed that has it, for the epochs or steps that all of these have."""
    columns = {seed: values for seed, run in seeds.items()
               if len(values := run.table.get(column, pandas.Series()).dropna())}
    return pandas.concat(columns, axis=1, join="inner") if columns else pandas.DataFrame()


def draw_panel(axis, inits, column):
    """A line an init by epoch or step: the mean over seeds, with its 95 % interval and the seeds'
    own lines, which also set the limits: a wide interval may leave the panel."""
    spans = []
    for index, (init, seeds) in enumerate(inits.items()):
        values, look = values_of(seeds, column), style(index)
        mean, count = values.mean(axis=1), len(values.columns)
        if count > 1:
            reach = t_quantile(count - 1) * values.sem(axis=1)
            most = 1 if column.endswith("accuracy") else None
            axis.fill_between(mean.index, (mean - reach).clip(0), (mean + reach).clip(upper=most),
                              color=look["color"], alpha=0.2, linewidth=0)
            axis.plot(mean.index, values, color=look["color"], linewidth=0.5, alpha=0.4)
        # An empty line, too, has its place in the legend.
        axis.plot(mean.index, mean, label=init, marker="." if len(mean) == 1 else None, **look)
        if len(mean):
            spans.append((values.min().min(), mean[mean > 0].median(), values.max().max()))
    if spans:
        lows, medians, highs = zip(*spans)
        set_limits(axis, column, min(lows), min(medians), max(highs))


def set_limits(axis, column, low, median, high):
    """Accuracies and shares in percent from 0, or from the 50 % of guessing if the discriminator is
    never below, a classifier's also from 90 %; losses from 0, or logarithmic where they differ
    widely (a loss near 0 may then leave the panel)."""
    if column.endswith(("accuracy", "share")):
        bottoms = {"d_accuracy": [0.5], "train_accuracy": [0.9, 0.5], "test_accuracy": [0.9, 0.5]}
        bottom = next((bottom for bottom in bottoms.get(column, []) if low >= bottom), 0)
        span = max(high - bottom, 0.01)
        axis.set_ylim(bottom - 0.02 * span, min(1.01, bottom + 1.08 * span))
        axis.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
    elif high > 20 * median:
        axis.set(yscale="log", ylim=(max(low, median / 100) / 1.5, high * 1.5))
    else:
        axis.set_ylim(0, 1.08 * high)


def all_runs(inits):
    return [run for seeds in inits.values() for run in seeds.values()]


def draw_metrics(inits, name, unit, options):
    """The panels that the tables have, two a row, by epoch or step."""
    panels = {column: texts for kind in PANELS.values() for column, texts in kind.items()
              if any(column in run.table for run in all_runs(inits))}
    columns = 2 if len(panels) % 2 == 0 else 1
    figure, axes = plt.subplots(
        len(panels) // columns, columns, figsize=(6.5, 0.4 + 2.2 * len(panels) / columns),
        sharex=True, squeeze=False, layout="constrained")
    for axis, (column, (title, label)) in zip(axes.flat, panels.items()):
        draw_panel(axis, inits, column)
        axis.set(title=title, ylabel=label, xlim=(0, None))
        set_whole_ticks(axis)
    for axis in axes[-1]:
        axis.set_xlabel(unit)
    figure.get_layout_engine().set(wspace=0.05)
    figure.align_ylabels(axes)
    handles, _ = axes[0, 0].get_legend_handles_labels()
    labels = []
    for init, seeds in inits.items():  # n from the panel of the fewest seeds to that of the most
        counts = {len(values_of(seeds, column).columns) for column in panels}
        labels.append(f"{init} (n = {'–'.join(map(str, sorted({min(counts), max(counts)})))})")
    several = any(len(seeds) > 1 for seeds in inits.values())
    figure.legend(handles, labels, loc="outside lower center", fontsize=8, handlelength=3,
                  ncols=min(4 if max(map(len, labels)) < 20 else 3, len(labels)), title_fontsize=8,
                  title="mean over n seeds, with 95 % interval" if several else None)
    save(figure, name, options, PRINT_DPI)


def draw_steps(inits, options):
    """The runs' first steps, if all have a table of them; an older version's have none."""
    lacking = [f"{run.path}" for run in all_runs(inits) if run.steps is None]
    if len(lacking) == len(all_runs(inits)):
        return None
    if lacking:
        return note(f"no picture of steps: no steps.csv in {', '.join(lacking)}")

    def begin(run):
        if options.steps is None:
            return run._replace(table=run.steps[run.steps.epoch == 1])
        return run._replace(table=run.steps.loc[:options.steps or None])

    inits = {init: {seed: begin(run) for seed, run in seeds.items()}
             for init, seeds in inits.items()}
    if all(run.table.empty for run in all_runs(inits)):
        return note("no picture of steps: no row of steps.csv is that early; see --steps")
    return draw_metrics(inits, "steps", "step", options)


def sample_files(run):
    """{epoch: picture}, of whole epochs only."""
    files = {file.stem.removeprefix("epoch-"): file for file in (run / "samples").glob("*.png")}
    return {int(epoch): file for epoch, file in files.items() if epoch.isdigit()}


def spread(values, most=7):
    """Seven of the epochs, say, the first and the last among them, or six or five if only those lie
    evenly; all if there are fewer."""
    last = len(values) - 1
    if last < most:
        return values
    gaps = next((gaps for gaps in range(most - 1, most - 4, -1) if last % gaps == 0), most - 1)
    return [values[round(gap * last / gaps)] for gap in range(gaps + 1)]


def draw_samples(inits, options):
    """A row an init, of its lowest seed, a column an epoch: 4 × 4 of what the generator draws."""
    samples = {f"{init}, seed {min(seeds)}": sample_files(seeds[min(seeds)].path)
               for init, seeds in inits.items()}
    epochs = spread(sorted(set().union(*samples.values())))
    if not epochs:
        return note(f"no samples of {'; '.join(samples)}")
    # Digits of 28 pixels, four with the lines around, at two dots a pixel.
    cell, gap = 2 * (4 * 30 + 2) / PRINT_DPI, 0.06
    figure, axes = plt.subplots(
        len(samples), len(epochs), squeeze=False,
        figsize=[cell * (count + (count - 1) * gap) for count in (len(epochs), len(samples))],
        gridspec_kw={"left": 0, "right": 1, "bottom": 0, "top": 1, "wspace": gap, "hspace": gap})
    for row, (name, files) in zip(axes, samples.items()):
        lacking = ", ".join(str(epoch) for epoch in epochs if epoch not in files)
        if lacking:
            note(f"{name}: no samples of epoch {lacking}; their cells stay empty")
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
    save(figure, "samples-by-epoch", options, PRINT_DPI)


def runs(options):
    expect_new(["losses-and-accuracies", "steps", "samples-by-epoch"], options)
    inits = read_runs(options.runs)
    draw_metrics(inits, "losses-and-accuracies", "epoch", options)
    draw_steps(inits, options)
    if all_runs(inits)[0].settings["kind of training"] == "gan":
        draw_samples(inits, options)


# Layers

STATISTICS = {"a_mean": "mean activation", "a_std": "std of activations",
              "z_std": "std of pre-activations", "zero_share": "activations that are 0",
              "saturated_share": "saturated activations", "gradient_std": "std of ∂loss/∂z",
              "weight_gradient_std": "std of ∂loss/∂W", "weight_std": "std of weights",
              "update_ratio": "a step's update / weights"}


def read_layers(path):
    """A run's path and its tables of layers and of histograms, or None if there is nothing to draw
    yet."""
    keys = {"network": str, "epoch": int, "layer": int}
    table = read_columns(path / "layers.csv", keys | {"activation": str}, STATISTICS)
    if table.filter(STATISTICS).isna().all(axis=None):
        return note(f"left out: {path}: no statistics of layers yet")
    keys |= {"quantity": str, "bin_low": float, "bin_high": float, "count": float}
    if (file := path / "histograms.csv").exists():
        bins = read_columns(file, keys)
    else:
        note(f"{path}: lacks histograms.csv; drawn is what there is")
        bins = pandas.DataFrame(columns=[*keys])
    return path, table, bins[bins.quantity == "activation"]


def layer_colours(table):
    """{layer: colour}, from dark to light in every sight; the map's end would be lost on white."""
    layers = sorted(table.layer.unique())
    return dict(zip(layers, plt.get_cmap("viridis")(numpy.linspace(0, 0.9, len(layers)))))


def set_scale(axis, values):
    """A logarithmic axis, with more than powers of ten on it if these are few; zeros leave it."""
    positive = values[values > 0]
    if len(positive):
        axis.set_yscale("log")
    if positive.max() < 100 * positive.min():
        axis.yaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=[1, 2, 5]))
        axis.yaxis.set_major_formatter("{x:.3g}")
        axis.yaxis.set_minor_formatter("")


def draw_statistics(name, picture, table, options):
    """A panel a statistic by epoch, one line a layer, from the first, dark, to the last."""
    panels = [column for column in STATISTICS if column in table and table[column].notna().any()]
    rows = -(-len(panels) // 3)
    figure, axes = plt.subplots(rows, 3, figsize=(9.5, 0.4 + 2.1 * rows), squeeze=False,
                                layout="constrained")
    colours, first, last = layer_colours(table), table.epoch.min(), table.epoch.max()
    margin = 0.04 * (last - first) or 0.5
    for axis, column in zip(axes.flat, panels):
        for layer, values in table.dropna(subset=column).groupby("layer"):
            axis.plot(values.epoch, values[column], color=colours[layer], linewidth=1.2,
                      marker="." if len(values) == 1 else None)
        axis.set(title=STATISTICS[column], xlim=(first - margin, last + margin))
        set_whole_ticks(axis)
        if column.endswith("share"):
            set_limits(axis, column, 0, 0, table[column].max())
        elif column != "a_mean":
            set_scale(axis, table[column])
    for axis in axes.flat[max(len(panels) - 3, 0):len(panels)]:
        axis.set_xlabel("epoch")
    for axis in axes.flat[len(panels):]:
        axis.set_axis_off()
    count = len(colours)
    bar = figure.colorbar(matplotlib.cm.ScalarMappable(
        matplotlib.colors.Normalize(-0.5, count - 0.5),
        matplotlib.colors.ListedColormap([*colours.values()])), ax=axes, aspect=15 * rows)
    functions = table.groupby("layer").activation.first()
    bar.set_ticks(spread(range(count), 8), labels=[
        f"layer {layer}\n{functions[layer]}" for layer in spread([*colours], 8)])
    bar.ax.tick_params(length=0, labelsize=8)
    bar.ax.invert_yaxis()
    bar.outline.set_visible(False)
    figure.suptitle(name, fontsize=9)
    save(figure, picture, options)


def cut_peak(axis, bars):
    """A peak, such as that of ReLUs that are 0, is cut so that the other bars can be seen, and
    labelled with its share."""
    shares = (bars["count"] / bars["count"].sum()).nlargest(2)
    if len(shares) < 2 or shares.iloc[0] <= (top := max(3 * shares.iloc[1], shares.iloc[0] / 10)):
        return
    peak = bars.loc[shares.index[0]]
    axis.set_ylim(0, top)
    axis.text(peak.bin_high, top, f" {100 * shares.iloc[0]:.0f} %", fontsize=6, va="top")


def draw_layer_histograms(name, picture, table, bins, options):
    """Histograms of activations: a row a layer, a column an epoch. Layers of one function have one
    range, so that a signal that is lost shows as a peak."""
    colours, functions = layer_colours(table), table.groupby("layer").activation.first()
    layers, epochs = spread([*colours], 8), spread(sorted(table.epoch.unique()))
    bins = bins[bins.layer.isin(layers) & bins.epoch.isin(epochs)]
    margins = 2 * (bins.bin_high - bins.bin_low)
    lows = (bins.bin_low - margins).groupby(bins.layer.map(functions)).min()
    highs = (bins.bin_high + margins).groupby(bins.layer.map(functions)).max()
    figure, axes = plt.subplots(
        len(layers), len(epochs), figsize=(1.25 * len(epochs) + 0.8, 0.95 * len(layers) + 0.4),
        squeeze=False, layout="constrained")
    for row, layer in zip(axes, layers):
        function = functions[layer]
        row[0].set_ylabel(f"layer {layer}\n{function}", rotation=0, ha="right", va="center",
                          fontsize=8)
        for axis, epoch in zip(row, epochs):
            bars = bins[(bins.layer == layer) & (bins.epoch == epoch)]
            draw_bars(axis, bars, colours[layer])
            cut_peak(axis, bars)
            axis.set_xlim(lows.get(function), highs.get(function))
            axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(3))
            axis.ticklabel_format(axis="x", scilimits=(-2, 4))
            axis.xaxis.offsetText.set_fontsize(6)
    for axis, epoch in zip(axes[0], epochs):
        axis.set_title(f"epoch {epoch}", fontsize=8)
    figure.suptitle(f"{name}: activations", fontsize=9)
    save(figure, picture, options)


def layers(options):
    networks = {}
    for path, table, bins in read_each(options.runs, read_layers):
        run = path.absolute().name
        for network, its_table in table.groupby("network", sort=False):
            name = picture_name(run, network)
            if name in networks:
                sys.exit(f"{path}: {network}, with another picture layers-{name}; expected one")
            networks[name] = f"{run}, {network}", its_table, bins[bins.network == network]
    if not networks:
        sys.exit(f"{', '.join(map(str, options.runs))}: no run has statistics of layers, expected "
                 "at least one")
    expect_new([f"{kind}-{name}" for name in networks for kind in ("layers", "histograms")],
               options)
    for name, (title, table, bins) in networks.items():
        draw_statistics(title, f"layers-{name}", table, options)
        if len(bins):
            draw_layer_histograms(title, f"histograms-{name}", table, bins, options)


def whole_number(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}; expected a whole number")
    return int(text)


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
    common.add_argument("--overwrite", action="store_true", help="replace pictures that are there")
    kind = kinds.add_parser("probe", parents=[common], help="the tables of gan-train probe")
    kind.add_argument("directories", nargs="+", type=pathlib.Path, metavar="DIR")
    kind.set_defaults(draw=probe)
    kind = kinds.add_parser("runs", parents=[common], help="the tables and samples of runs")
    kind.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN",
                      help="a run's directory, or one that holds runs")
    kind.set_defaults(draw=runs)
    kind.add_argument("--steps", type=whole_number, metavar="N",
                      help="draw the first N steps, 0 for all (default: the first epoch's)")
    kind = kinds.add_parser("layers", parents=[common], help="the tables of layers of runs")
    kind.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN",
                      help="a run's directory, or one that holds runs")
    kind.set_defaults(draw=layers)
    options = parser.parse_args()
    options.draw(options)


if __name__ == "__main__":
    main()
