#!/usr/bin/env python3
"""Draw what gan-train wrote.

  plot.py probe DIR…    the tables of gan-train probe --output DIR: one picture of activation
                        histograms an initialiser, and the signals of all of them by layer
  plot.py runs RUN…     the tables and samples of runs, or of directories that hold runs, of GANs
                        or of classifiers: losses and accuracies by epoch, and by step in the
                        first epoch (--steps), one line an initialiser, and what a GAN draws and
                        how good that is, where --evaluate-every has judged it
  plot.py layers RUN…   what becomes of the layers of each of these runs: for each network the
                        statistics of its layers by epoch, and their activations' histograms
  plot.py animate RUN…  learning.gif: what the generators of runs draw, epoch by epoch, side by
                        side, below 2 MB

Runs that are drawn together by plot.py runs and animate may differ in their weights, seeds and
epochs only. Of the runs in directories the largest set that can be compared is drawn.

Needs matplotlib and pandas: pip install -r scripts/requirements.txt
"""
import argparse
import collections
import functools
import io
import itertools
import json
import pathlib
import sys
import textwrap

try:
    import matplotlib
    import matplotlib.font_manager
    import matplotlib.image
    import matplotlib.ticker
    import numpy
    import pandas
    import PIL.Image
    import PIL.ImageDraw
    import PIL.ImageFont
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


def picture_name(*parts):
    return "".join(c if c.isalnum() or c in ".-" else "-" for c in "-".join(parts))


# Probes

def draw_histograms(name, layers, bins, options):
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

# By the kind of training; losses first, then accuracies.
PANELS = {"gan": {"g_loss": ("generator loss", "cross-entropy"),
                  "d_loss": ("discriminator loss", "sum of cross-entropies"),
                  "g_accuracy": ("generator accuracy", "fakes taken for real"),
                  "d_accuracy": ("discriminator accuracy", "images told right")},
          "classifier": {"train_loss": ("training loss", "cross-entropy"),
                         "test_loss": ("test loss", "cross-entropy"),
                         "train_accuracy": ("training accuracy", "images told right"),
                         "test_accuracy": ("test accuracy", "images told right")}}

# Of quality.csv: the title, the ideal and the bounds; None for what has none.
QUALITY = {"frechet_distance": ("Fréchet distance", 0, (0, None)),
           "kernel_distance": ("kernel distance", 0, (None, None)),
           "precision": ("precision", 1, (0, 1)),
           "recall": ("recall", 1, (0, 1)),
           "density": ("density", 1, (0, None)),
           "coverage": ("coverage", 1, (0, 1)),
           "classifier_score": ("classifier score", 10, (1, None)),
           "class_divergence": ("class divergence", 0, (0, None)),
           "log_likelihood": ("log-likelihood", None, (None, None))}
# The columns that are the same in tables that can be compared.
CIRCUMSTANCES = ["evaluator", "images", "noise_seed"]

PRINT_DPI = 300

# What comparable runs may differ in, of the experiment in config.json; settings are the rest.
MAY_DIFFER = {"initializer", "generator_initializer", "discriminator_initializer", "seed", "epochs",
              "maximum_steps", "threads"}
Run = collections.namedtuple("Run", ["path", "settings", "init", "seed", "table"])


def read_settings(path):
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        # An older version's run lacks epsilon, optimizer, momentum and kind.
        settings = {"epsilon": 1e-08, "optimizer": "adam", "momentum": 0.9, **config["experiment"],
                    "kind of training": config.get("kind", "gan"), "data": config["data"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        sys.exit(f"{path}: {error!r}; expected the configuration of a run of gan-train")
    if (kind := settings["kind of training"]) not in PANELS:
        sys.exit(f"{path}: kind {kind}; expected {' or '.join(PANELS)}")
    return {key: value for key, value in settings.items() if key not in MAY_DIFFER}


def differences(run, other):
    """The settings that keep two runs from being compared. One that only one of them has is not
    among them: older versions lack newer options, and did what is their default."""
    return [key for key in run.settings
            if key in other.settings and run.settings[key] != other.settings[key]]


def read_table(file, panels, index):
    """A table of a run by epoch or by step, with NaN where it lacks a panel's column."""
    types = {"init": str, "seed": "uint64", "epoch": int, index: int} | dict.fromkeys(panels, float)
    table = read(file, types)
    if not {"init", "seed", "epoch", index} <= {*table}:
        sys.exit(f"{file}: no init, seed, epoch or {index}; expected a table of gan-train")
    return table.reindex(columns=types).replace([numpy.inf, -numpy.inf], numpy.nan).set_index(index)


def variant_of(path, settings):
    """The values of what varies besides the initialisation in the comparison that holds a run, and
    the settings that vary so; none and none without such a comparison."""
    try:
        plan = json.loads((path.parent / "compare.json").read_text(encoding="utf-8"))
        for variant in plan["variants"]:
            varying = {key: value for key, value in variant["settings"].items()
                       if key not in MAY_DIFFER}
            if varying and all(settings.get(key) == value for key, value in varying.items()):
                others = zip(plan["factors"], variant["values"])
                return [value for name, value in others if name != "init"], set(varying)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return [], set()


def read_run(path):
    """A run, or None if there is nothing to draw yet."""
    settings = read_settings(path / "config.json")
    values, varying = variant_of(path, settings)
    settings = {key: value for key, value in settings.items() if key not in varying}
    panels = [*PANELS[settings["kind of training"]]]
    table = read_table(path / "metrics.csv", panels, "epoch")
    if table[panels].isna().all(axis=None):
        return note(f"left out: {path}: no losses and accuracies yet")
    if lacking := [column for column in panels if table[column].isna().any()]:
        note(f"{path}: lacks {', '.join(lacking)} in some epochs or all; drawn is what there is")
    name = ", ".join([table.init.iloc[0], *values])
    return Run(path, settings, name, table.seed.iloc[0], table)


def find_runs(path):
    """The path itself, if it is a run's, or the runs in it."""
    own = path / "config.json"
    files = [own] if own.exists() else path.glob("*/config.json")
    found = [file.parent for file in files if file.with_name("metrics.csv").exists()]
    if not found:
        sys.exit(f"{path}: expected a run (config.json, metrics.csv) or a directory of runs")
    return found


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
    are_given = all((path / "config.json").exists() for path in paths)
    runs = []
    for directory in sorted({run for path in paths for run in find_runs(path)}):
        try:
            runs.append(read_run(directory))
        except SystemExit as error:  # a damaged run does not hold up those beside it
            if are_given:
                raise
            note(f"left out: {error}")
    runs = [run for run in runs if run]
    if not runs:
        sys.exit(f"{', '.join(map(str, paths))}: no run has an epoch yet, expected at least one")
    if not are_given:
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


@functools.cache
def t_quantile(freedom):
    """The 0.975 quantile of Student's t. With t = √freedom · tan φ its density is cos(φ)^(freedom
    − 1) times a constant, and 0.95 of the integral from 0 to π/2 lie below the quantile."""
    angles = numpy.linspace(0, numpy.pi / 2, 100_001)
    heights = numpy.cos(angles) ** (freedom - 1)
    integral = numpy.cumsum(heights) - (heights[0] + heights) / 2
    return numpy.sqrt(freedom) * numpy.tan(numpy.interp(0.95 * integral[-1], integral, angles))


def values_of(seeds, column):
    """A column of each seed that has it, for the epochs that all of these have."""
    columns = {seed: run.table[column].dropna() for seed, run in seeds.items()
               if run.table[column].notna().any()}
    return pandas.concat(columns, axis=1, join="inner") if columns else pandas.DataFrame()


def draw_lines(axis, inits, column, bounds, marker=None):
    """A line an init by epoch: the mean over seeds, with its 95 % interval and the seeds' own
    lines. The values of each init that has some, by seed."""
    drawn = []
    for index, (init, seeds) in enumerate(inits.items()):
        values, look = values_of(seeds, column), style(index)
        mean, count = values.mean(axis=1), len(values.columns)
        if count > 1:
            reach = t_quantile(count - 1) * values.sem(axis=1)
            axis.fill_between(mean.index, (mean - reach).clip(*bounds),
                              (mean + reach).clip(*bounds),
                              color=look["color"], alpha=0.2, linewidth=0)
            axis.plot(mean.index, values, color=look["color"], linewidth=0.5, alpha=0.4)
        # An empty line, too, has its place in the legend.
        axis.plot(mean.index, mean, label=init, marker="." if len(mean) == 1 else marker, **look)
        if len(mean):
            drawn.append(values)
    return drawn


def draw_panel(axis, inits, column):
    """A loss or an accuracy. The seeds' lines set the limits: a wide interval may leave them."""
    drawn = draw_lines(axis, inits, column, (0, 1 if column.endswith("accuracy") else None))
    if drawn:
        means = [values.mean(axis=1) for values in drawn]
        set_limits(axis, column, min(values.min(axis=None) for values in drawn),
                   min(mean[mean > 0].median() for mean in means),
                   max(values.max(axis=None) for values in drawn))


def percent(share, _):
    return f"{100 * share:.3g} %"


def set_limits(axis, column, low, median, high):
    """Accuracies in percent from 0, or from the 50 % of guessing if the discriminator is never
    below, a classifier's from the ten percent below the lowest; losses from 0, or logarithmic
    where they differ widely (a loss near 0 may then leave the panel)."""
    if column.endswith("accuracy"):
        bottom = numpy.floor(10 * min(low, 0.9)) / 10
        if column in PANELS["gan"]:
            bottom = 0.5 if column == "d_accuracy" and low >= 0.5 else 0
        span = max(high - bottom, 0.01)
        axis.set_ylim(bottom - 0.02 * span, min(1.01, bottom + 1.08 * span))
        axis.yaxis.set_major_formatter(percent)
    elif high > 20 * median:
        axis.set(yscale="log", ylim=(max(low, median / 100) / 1.5, high * 1.5))
    else:
        axis.set_ylim(0, 1.08 * high)


def draw_metrics(name, inits, panels, options):
    """Losses above, accuracies below; the generator's or of training left, the discriminator's or
    of the test right. Two panels are side by side."""
    rows = -(-len(panels) // 2)
    figure, axes = plt.subplots(rows, 2, figsize=(6.5, 2.4 * rows), sharex=True, squeeze=False,
                                layout="constrained")
    for axis, (column, (title, label)) in zip(axes.flat, panels.items()):
        draw_panel(axis, inits, column)
        axis.set(title=title, ylabel=label, xlim=(0, None))
        most = 6 if name == "steps" else "auto"  # long numbers
        axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(most, integer=True))
    for axis in axes[-1]:
        axis.set_xlabel("step" if name == "steps" else "epoch")
    figure.get_layout_engine().set(wspace=0.05)
    figure.align_ylabels(axes)
    add_legend(figure, axes, inits, panels)
    save(figure, name, options, PRINT_DPI)


def add_legend(figure, axes, inits, columns):
    handles, _ = axes[0, 0].get_legend_handles_labels()
    labels = []
    for init, seeds in inits.items():  # n from the panel of the fewest seeds to that of the most
        counts = {len(values_of(seeds, column).columns) for column in columns}
        labels.append(f"{init} (n = {'–'.join(map(str, sorted({min(counts), max(counts)})))})")
    several = any(len(seeds) > 1 for seeds in inits.values())
    figure.legend(handles, labels, loc="outside lower center", fontsize=8, handlelength=3,
                  ncols=min(4 if max(map(len, labels)) < 20 else 3, len(labels)), title_fontsize=8,
                  title="mean over n seeds, with 95 % interval" if several else None)


def read_steps(inits, panels, most):
    """The runs with their tables by step up to `most`, all if that is 0, or of the first epoch if
    it is None; and those of the panels that have numbers. Nothing if a run has no such table."""
    drawn = [run for seeds in inits.values() for run in seeds.values()]
    lacking = [run.path for run in drawn if not (run.path / "steps.csv").exists()]
    if lacking:
        if len(lacking) < len(drawn):  # an older version's runs have none
            note(f"no picture of steps: {', '.join(map(str, lacking))}: no steps.csv")
        return {}, {}
    steps, shown = {}, set()
    for run in drawn:
        table = read_table(run.path / "steps.csv", panels, "step")
        if most != 0:
            table = table[table.index <= most if most else table.epoch == table.epoch.min()]
        steps.setdefault(run.init, {})[run.seed] = run._replace(table=table)
        shown |= {column for column in panels if table[column].notna().any()}
    if not shown:
        note("no picture of steps: no losses and accuracies yet")
    return steps, {column: panels[column] for column in panels if column in shown}


def read_quality(inits):
    """The runs with their tables of image quality, and in words what they were measured by.
    Nothing if a run has no such table, or one that cannot be compared with the others."""
    drawn = [run for seeds in inits.values() for run in seeds.values()]
    lacking = [run.path for run in drawn if not (run.path / "quality.csv").exists()]
    if lacking:
        if len(lacking) < len(drawn):
            note(f"no picture of quality: {', '.join(map(str, lacking))}: no quality.csv")
        return {}, None
    quality, first = {}, None
    for run in drawn:
        file = run.path / "quality.csv"
        table = read_table(file, [*QUALITY], "epoch")
        by = read(file, str).reindex(columns=[*CIRCUMSTANCES, "evaluator_accuracy"])
        if table.empty:
            note(f"no picture of quality: {file}: no row yet")
            return {}, None
        first = by.iloc[0] if first is None else first
        if other := [key for key in CIRCUMSTANCES if (by[key] != first[key]).any()]:
            note(f"no picture of quality: {file}: not everywhere the {', '.join(other)} of "
                 f"{drawn[0].path}")
            return {}, None
        quality.setdefault(run.init, {})[run.seed] = run._replace(table=table)
    return quality, (f"{int(first.images):,} images, noise seed {first.noise_seed}; evaluator "
                     f"{first.evaluator[:8]}, {percent(float(first.evaluator_accuracy), None)} "
                     "right; a line across: the ideal")


def set_quality_limits(axis, drawn, ideal):
    """Limits that hold the ideal and all values, but those of untrained generators only where
    they lie near the others."""
    values = pandas.concat(drawn, axis=1)
    trained = values[values.index > 0]
    marks = [] if ideal is None else [ideal]

    def span(values):
        found = [*marks, values.min(axis=None), values.max(axis=None)]
        return min(found), max(found)

    low, high = span(values)
    if trained.notna().any(axis=None):
        low_trained, high_trained = span(trained)
        if high - low > 3 * (high_trained - low_trained) > 0:
            low, high = low_trained, high_trained
    margin = 0.06 * (high - low) or 0.5
    axis.set_ylim(low - margin, high + margin)


def draw_quality(inits, measured_by, options):
    """A panel a figure, with a mark at each epoch that was judged and a line at the ideal."""
    figure, axes = plt.subplots(3, 3, figsize=(9, 6.6), sharex=True, layout="constrained")
    for axis, (column, (title, ideal, bounds)) in zip(axes.flat, QUALITY.items()):
        drawn = draw_lines(axis, inits, column, bounds, marker=".")
        if ideal is not None:
            axis.axhline(ideal, color="0.45", linewidth=0.8, zorder=1)
        if drawn:
            set_quality_limits(axis, drawn, ideal)
        axis.set(title=title)
        axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator("auto", integer=True))
    for axis in axes[-1]:
        axis.set_xlabel("epoch")
    figure.suptitle(measured_by, fontsize=8)
    add_legend(figure, axes, inits, QUALITY)
    save(figure, "quality", options, PRINT_DPI)


def sample_files(run):
    """{epoch: picture}, of whole epochs only."""
    files = {file.stem.removeprefix("epoch-"): file for file in (run / "samples").glob("*.png")}
    return {int(epoch): file for epoch, file in files.items() if epoch.isdigit()}


def spread(epochs, most=7):
    """Seven of the epochs, the first and the last among them, or six or five if only those lie
    evenly; all if there are fewer."""
    last = len(epochs) - 1
    if last < most:
        return epochs
    gaps = next((most - less for less in (1, 2, 3) if last % (most - less) == 0), most - 1)
    return [epochs[round(gap * last / gaps)] for gap in range(gaps + 1)]


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
    expect_new(["losses-and-accuracies", "steps", "samples-by-epoch", "quality"], options)
    inits = read_runs(options.runs)
    kind = next(iter(next(iter(inits.values())).values())).settings["kind of training"]
    steps, shown = read_steps(inits, PANELS[kind], options.steps)
    draw_metrics("losses-and-accuracies", inits, PANELS[kind], options)
    if shown:
        draw_metrics("steps", steps, shown, options)
    if kind == "gan":
        draw_samples(inits, options)
        quality, measured_by = read_quality(inits)
        if quality:
            draw_quality(quality, measured_by, options)


# Animations

GIF_LIMIT = 2_000_000
GREYS = 16


def find_common_seed(inits):
    """The lowest seed that all have."""
    common = set.intersection(*({*seeds} for seeds in inits.values()))
    if not common:
        seeds_of = "; ".join(f"{init}: {', '.join(map(str, seeds))}"
                             for init, seeds in inits.items())
        sys.exit(f"no seed in common ({seeds_of}); expected one")
    return min(common)


def write_text(picture, x, y, width, text, size):
    """Writes a text in lines of this width, and returns where the last one ends."""
    font = PIL.ImageFont.truetype(matplotlib.font_manager.findfont("DejaVu Sans"), size)
    for line in textwrap.wrap(text, int(width / font.getlength("0"))):
        PIL.ImageDraw.Draw(picture).text((x, y), line, 0, font)
        y += round(1.3 * size)
    return y


def read_grid(file, side):
    """The first side × side images of a picture of samples, at two dots a pixel."""
    try:
        with PIL.Image.open(file) as picture:
            grid = picture.convert("L")
    except OSError as error:
        sys.exit(f"{file}: {error}; expected a picture of samples")
    grid = grid.crop((0, 0, *((size - 2) // 8 * side + 2 for size in grid.size)))
    return grid.resize((2 * grid.width, 2 * grid.height), PIL.Image.Resampling.NEAREST)


def draw_frame(samples, epoch, seed, side):
    """Four inits a row: what each draws at an epoch, or drew at its last before."""
    width, height = read_grid(next(iter(next(iter(samples.values())).values())), side).size
    gap, columns = 12, min(4, len(samples))
    # Higher than the texts can make it; what is left is cut off.
    frame = PIL.Image.new("L", (gap + columns * (width + gap), 500 + len(samples) * 900), 255)
    bottom = write_text(frame, gap, gap, frame.width - 2 * gap, f"{side * side} images that each "
                        f"generator draws, from noise that stays the same; seed {seed}", 13) + gap
    for place, (init, files) in enumerate(samples.items()):
        x = gap + place % columns * (width + gap)
        if x == gap:
            top = bottom
        last = max((each for each in files if each <= epoch), default=None)
        if last is not None:
            frame.paste(read_grid(files[last], side), (x, top))
        when = {None: "nothing yet", 0: "before training"}.get(last, f"epoch {last}")
        y = write_text(frame, x, top + height + 4, width, init, 15)
        bottom = max(bottom, write_text(frame, x, y, width, when, 15) + gap)
    frame = frame.crop((0, 0, frame.width, bottom)).point(lambda grey: grey * GREYS // 256)
    frame.putpalette([255 * grey // (GREYS - 1) for grey in range(GREYS) for _ in range(3)])
    return frame


def as_gif(frames):
    """The bytes of an animation of ten seconds or so, the last of them for its last frame."""
    pause = max(100, min(700, 8000 // len(frames)))
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], loop=0,
                   duration=[pause] * (len(frames) - 1) + [3000])
    return file.getvalue()


def animate(options):
    if options.output.exists() and not options.overwrite:
        sys.exit(f"{options.output}: is there already; --overwrite replaces it")
    inits = read_runs(options.runs)
    seed = find_common_seed(inits)
    runs = [seeds[seed] for seeds in inits.values()]
    samples = {run.init: sample_files(run.path) for run in runs}
    for run in runs:
        if not samples[run.init]:
            note(f"left out: {run.path}: no samples")
            del samples[run.init]
    if not samples:
        sys.exit("no run has samples; expected runs of GANs")
    epochs = sorted(set().union(*samples.values()))
    # Fewer images first, then fewer epochs.
    total = len(epochs)
    attempts = [(total, 6), (total, 4),
                *((most, 4) for most in (100, 50, 25, 12, 6, 3, 2) if most < total)]
    for most, side in attempts:
        shown = spread(epochs, most)
        gif = as_gif([draw_frame(samples, epoch, seed, side) for epoch in shown])
        if len(gif) < GIF_LIMIT:
            break
    else:
        sys.exit(f"{len(samples)} runs: above 2 MB with few epochs; expected fewer runs")
    if side < 6:
        note(f"shown are {side * side} images and {len(shown)} of {total} epochs, to stay below "
             "2 MB")
    try:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_bytes(gif)
    except OSError as error:
        sys.exit(f"{options.output}: {error.strerror}")
    print(options.output)


# Layers

# Of layers.csv: the title and the scale: log for what is positive, share from 0 to 100 %.
STATISTICS = {"a_mean": ("mean of activations", "linear"),
              "a_std": ("std of activations", "log"),
              "z_std": ("std of pre-activations", "log"),
              "zero_share": ("share of zeros", "share"),
              "saturated_share": ("share of saturated", "share"),
              "gradient_std": ("std of ∂loss/∂z", "log"),
              "weight_gradient_std": ("std of ∂loss/∂W", "log"),
              "weight_std": ("std of weights", "log"),
              "update_ratio": ("update / weights", "log")}


def read_layers(path):
    """The tables of layers and of their histograms of a run, with NaN for what is not finite."""
    place = ["init", "seed", "network", "epoch", "layer"]
    tables = []
    for name, columns in (("layers", ["activation", *STATISTICS]),
                          ("histograms", ["quantity", "bin_low", "bin_high", "count"])):
        table = read(path / f"{name}.csv")
        if not {*place} <= {*table} or (name == "layers" and table.empty):
            sys.exit(f"{path / name}.csv: no layers by epoch; expected a table of gan-train")
        table = table.reindex(columns=[*place, *columns])
        tables.append(table.replace([numpy.inf, -numpy.inf], numpy.nan))
    return tables


def mark_scale(axis, values):
    """More marks than powers of ten on a logarithmic axis where these are few."""
    if values.max(axis=None) < 100 * values.min(axis=None):
        axis.yaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=[1, 2, 5]))
        axis.yaxis.set_major_formatter("{x:.3g}")
        axis.yaxis.set_minor_formatter("")


def draw_statistics(name, title, table, options):
    """A panel a statistic, a line a layer by epoch; a colour bar tells the layers."""
    panels = {}
    for column, (_, scale) in STATISTICS.items():
        values = table.pivot_table(index="epoch", columns="layer", values=column,
                                   dropna=False)
        values = values[values > 0] if scale == "log" else values
        if values.notna().any(axis=None):
            panels[column] = values
    if not panels:
        return note(f"{title}: no finite number; no picture {name}")
    layers = sorted(table.layer.unique())
    # Viridis without its lightest end, which is hard to see on white.
    colours = matplotlib.colors.ListedColormap(plt.cm.viridis(numpy.linspace(0, 0.92, len(layers))))
    margin = 0.04 * (table.epoch.max() - table.epoch.min()) or 0.5
    rows = -(-len(panels) // 3)
    figure, axes = plt.subplots(rows, 3, figsize=(9, 2.1 * rows + 0.4), squeeze=False,
                                layout="constrained")
    for axis, (column, values) in zip(axes.flat, panels.items()):
        label, scale = STATISTICS[column]
        for layer in values:
            axis.plot(values.index, values[layer], color=colours(layers.index(layer)),
                      linewidth=1.2, marker="." if len(values) <= 30 else None, markersize=4)
        if scale == "share":
            axis.set_ylim(-0.03, 1.03)
            axis.yaxis.set_major_formatter(percent)
        else:
            axis.set_yscale(scale)
            if scale == "log":
                mark_scale(axis, values)
        axis.set_xlim(table.epoch.min() - margin, table.epoch.max() + margin)
        axis.set_title(label, fontsize=9)
        axis.tick_params(labelsize=7, which="both")
        axis.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(5, integer=True))
    for axis in axes.flat[len(panels):]:
        axis.set_visible(False)
    figure.supxlabel("epoch", fontsize=9)
    edges = matplotlib.colors.BoundaryNorm(numpy.arange(len(layers) + 1) - 0.5, len(layers))
    places = spread(range(len(layers)), 10)
    bar = figure.colorbar(matplotlib.cm.ScalarMappable(edges, colours), ax=axes, label="layer",
                          ticks=places, aspect=40)
    bar.ax.set_yticklabels([layers[place] for place in places])
    bar.ax.tick_params(length=0, which="both")
    bar.ax.invert_yaxis()
    figure.suptitle(title, fontsize=10)
    save(figure, name, options)


def cut_peak(axis, bars):
    """A peak, such as that of ReLUs that are 0, is cut so that the other bars can be seen, and
    labelled with its share."""
    shares = (bars["count"] / bars["count"].sum()).nlargest(2)
    if len(shares) < 2 or shares.iloc[0] <= (top := max(3 * shares.iloc[1], shares.iloc[0] / 10)):
        return
    peak = bars.loc[shares.index[0]]
    place, side = peak.bin_high, "left"
    if peak.bin_low + peak.bin_high > sum(axis.get_xlim()):
        place, side = peak.bin_low, "right"
    axis.set_ylim(0, top)
    axis.text(place, top, f" {100 * shares.iloc[0]:.0f} % ", fontsize=6, ha=side, va="top")


def draw_histograms_by_epoch(name, title, table, bins, options):
    """A row a layer, a column an epoch: the shares of the activations, each to its own height.
    Layers of one function have one range, so that a signal that is lost shows as a peak."""
    bins = bins[bins.quantity == "activation"].dropna(subset=["bin_low", "bin_high", "count"])
    layers, epochs = (spread(sorted(bins[key].unique()), most)
                      for key, most in (("layer", 8), ("epoch", 7)))
    if not layers:
        return note(f"{title}: no histograms of activations; no picture {name}")
    functions = table.groupby("layer").activation.first().reindex(layers).astype(object).fillna("")
    bins = bins[bins.layer.isin(layers) & bins.epoch.isin(epochs)]
    margins, groups = 2 * (bins.bin_high - bins.bin_low), bins.layer.map(functions)
    lows = (bins.bin_low - margins).groupby(groups).min()
    highs = (bins.bin_high + margins).groupby(groups).max()
    figure, axes = plt.subplots(
        len(layers), len(epochs), figsize=(1.25 * len(epochs) + 0.8, 0.95 * len(layers) + 0.4),
        squeeze=False, layout="constrained")
    for row, (layer, function) in zip(axes, functions.items()):
        for axis, epoch in zip(row, epochs):
            bars = bins[(bins.layer == layer) & (bins.epoch == epoch)]
            axis.bar(bars.bin_low, bars["count"] / bars["count"].sum(),
                     width=bars.bin_high - bars.bin_low, align="edge", color=COLOURS[0],
                     linewidth=0.4, edgecolor=COLOURS[0])  # so that thin ones leave no gaps
            axis.set(yticks=[], xlim=(lows[function], highs[function]))
            cut_peak(axis, bars)
            axis.tick_params(labelsize=7)
            axis.grid(False)
            axis.spines["left"].set_visible(False)
            axis.locator_params(axis="x", nbins=3)
            axis.ticklabel_format(axis="x", scilimits=(-2, 4))
            axis.xaxis.offsetText.set_fontsize(6)
        row[0].set_ylabel(f"layer {layer}\n{function}", rotation=0, ha="right", va="center",
                          fontsize=8)
    for axis, epoch in zip(axes[0], epochs):
        axis.set_title(f"epoch {epoch}", fontsize=8)
    figure.suptitle(title, fontsize=10)
    save(figure, name, options)


def layers(options):
    pictures = {}
    for run in sorted({run for path in options.runs for run in find_runs(path)}):
        try:
            table, bins = read_layers(run)
        except SystemExit as error:
            if run in options.runs:
                raise
            note(f"left out: {error}")
            continue
        run_name = run.resolve().name
        for network, rows in table.groupby("network", sort=False):
            title = f"{run_name}: {network} ({rows.init.iloc[0]}, seed {rows.seed.iloc[0]})"
            name = picture_name(run_name, network)
            if name in pictures:
                sys.exit(f"{run}: another picture layers-{name}; expected runs of other names")
            pictures[name] = title, rows, bins[bins.network == network]
    if not pictures:
        sys.exit(f"{', '.join(map(str, options.runs))}: no run has layers.csv and histograms.csv")
    kinds = ("layers", "histograms")
    expect_new([f"{kind}-{name}" for name in pictures for kind in kinds], options)
    for name, (title, rows, bins) in pictures.items():
        draw_statistics(f"layers-{name}", title, rows, options)
        draw_histograms_by_epoch(f"histograms-{name}", f"{title}: activations", rows, bins, options)


def count(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}; expected 0 or more")
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
    kind.add_argument("--steps", type=count, metavar="N",
                      help="of steps.csv, draw the first N; 0: all (default: the first epoch)")
    kind.set_defaults(draw=runs)
    kind = kinds.add_parser("layers", parents=[common], help="the layers of runs over time")
    kind.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN",
                      help="a run's directory, or one that holds runs")
    kind.set_defaults(draw=layers)
    kind = kinds.add_parser("animate", help="what the generators of runs draw, as one GIF")
    kind.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN",
                      help="a run's directory, or one that holds runs")
    kind.add_argument("--output", type=pathlib.Path, default=pathlib.Path("learning.gif"),
                      help="the picture (default: learning.gif)")
    kind.add_argument("--overwrite", action="store_true", help="replace a picture that is there")
    kind.set_defaults(draw=animate)
    options = parser.parse_args()
    options.draw(options)


if __name__ == "__main__":
    main()
