#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib>=3.8", "pandas>=2.1", "pillow>=10.1", "plotly>=5.24"]
# ///
"""Make one HTML page of runs: what was compared, what came of it, curves, samples, layers.

  report.py RUN|DIRECTORY… --output report.html    a page that needs nothing beside it
  report.py RUN|DIRECTORY… --watch                 the same page at a local address, kept up to
                                                   date while runs go on

Takes runs as plot.py runs does: they may differ in their weights, seeds and epochs, and in what
their comparison varied. Of the runs in directories the largest set that can be compared is shown.

Needs matplotlib, pandas, Pillow and plotly: pip install -r scripts/requirements.txt, or start it
with uv run, which brings them.
"""
import argparse
import base64
import collections
import contextlib
import datetime
import functools
import hashlib
import http.server
import io
import json
import math
import pathlib
import re
import sys
import threading

try:
    import numpy
    import PIL.Image
    import plot
    import plotly.offline
except ImportError as error:
    sys.exit(f"report.py needs {error.name}: pip install -r scripts/requirements.txt")

HERE = pathlib.Path(__file__).resolve().parent
SIZE_LIMIT = 7_500_000
PICTURES_LIMIT = 2_500_000
TABLES_LIMIT = 120_000  # numbers of layers.csv; beyond, of the lowest seed only
STEPS_LIMIT = 600  # points of a line by step; beyond, means of neighbours

Metric = collections.namedtuple("Metric", ["title", "hint", "better", "group"])

OPPONENT = "depends on the opponent"
METRICS = {
    "gan": {
        "g_loss": Metric("generator loss", OPPONENT, None, "loss"),
        "d_loss": Metric("discriminator loss", OPPONENT, None, "loss"),
        "g_accuracy": Metric("generator accuracy", "drawn images taken for real ones; " + OPPONENT,
                             None, "accuracy"),
        "d_accuracy": Metric("discriminator accuracy", "images told right; " + OPPONENT,
                             None, "accuracy"),
        "d_accuracy_real": Metric("discriminator on real images", "told right; " + OPPONENT,
                                  None, "accuracy"),
        "d_accuracy_fake": Metric("discriminator on drawn images", "told right; " + OPPONENT,
                                  None, "accuracy")},
    "classifier": {
        "test_accuracy": Metric("test accuracy", "new images told right", "higher", "accuracy"),
        "test_loss": Metric("test loss", "cross-entropy on new images", "lower", "loss"),
        "train_accuracy": Metric("training accuracy", "images of the training told right",
                                 "higher", "accuracy"),
        "train_loss": Metric("training loss", "cross-entropy on images of the training", "lower",
                             "loss"),
        "test_classes": Metric("predicted classes", "how many classes some test image is taken for",
                               None, "classes")}}

# What words say of it first, by kind; a GAN's is measured on its images.
QUALITY = {
    "frechet_distance": Metric("Fréchet distance", "how far the drawn images are from real ones",
                               "lower", "quality"),
    "kernel_distance": Metric("kernel distance", "the same, measured in another way", "lower",
                              "quality"),
    "precision": Metric("precision", "drawn images that look like real ones", "higher", "share"),
    "recall": Metric("recall", "real images that might have been drawn", "higher", "share"),
    "coverage": Metric("coverage", "real images with a drawn one close by", "higher", "share"),
    "class_divergence": Metric("class divergence", "how unevenly the classes are drawn", "lower",
                               "quality"),
    "density": Metric("density", "how close drawn images lie to real ones, which have 1", None,
                      "quality"),
    "classifier_score": Metric("classifier score", "clear and varied images have more", "higher",
                               "quality"),
    "classes": Metric("classes drawn", "of those in the data", "higher", "quality"),
    "log_likelihood": Metric("log-likelihood", "of test images, by a Parzen window", "higher",
                             "quality"),
    "copying": Metric("copying", "around 0 as it should be, far below for copies of the training "
                      "images, above where the data are missed", None, "quality")}
MAIN = {"gan": [*QUALITY][:6], "classifier": ["test_accuracy", "test_loss"]}
CIRCUMSTANCES = ["images", "noise_seed", "evaluator"]

# Of layers.csv: title, scale, and what it tells.
STATISTICS = {
    "a_std": ("activations, standard deviation", "log", "the size of the signal"),
    "gradient_std": ("gradient ∂loss/∂z, standard deviation", "log", "what comes back to learn"),
    "weight_gradient_std": ("gradient ∂loss/∂W, standard deviation", "log", ""),
    "correlation": ("correlation between two inputs", "linear", "1: they can't be told apart"),
    "update_ratio": ("update / weights", "log", "how far one step moves the weights"),
    "spread": ("spread between inputs", "log", "what tells two inputs apart"),
    "zero_share": ("share of activations at 0", "share", ""),
    "saturated_share": ("share of activations at the function's ends", "share", ""),
    "weight_std": ("weights, standard deviation", "log", ""),
    "z_std": ("pre-activations, standard deviation", "log", ""),
    "z_mean": ("pre-activations, mean", "linear", ""),
    "a_mean": ("activations, mean", "linear", ""),
    "a_rms": ("activations, root mean square", "log", ""),
    "a_std_ratio": ("activations, by the layer before", "log", "level at 1"),
    "gradient_std_ratio": ("gradient, by the layer after", "log", "level at 1"),
    "gradient_mean": ("gradient ∂loss/∂z, mean", "linear", ""),
    "weight_gradient_mean": ("gradient ∂loss/∂W, mean", "linear", ""),
    "bias_gradient_std": ("gradient ∂loss/∂b, standard deviation", "log", "")}
VERDICT = {"output_spread": "outputs apart", "gradient_ratio": "gradient, first by last layer",
           "activation_std": "std of the last activations", "correlation": "correlation of inputs",
           "saturated_share": "saturated", "zero_share": "zeros"}


def number(value, digits=5):
    """A number for JSON; None for one that is not finite."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def numbers(values, digits=5):
    return [number(value, digits) for value in values]


# What was compared

def read_config(run):
    return json.loads((run.path / "config.json").read_text(encoding="utf-8"))


def flatten(value, name=""):
    """{dotted name: value} of the leaves."""
    if not isinstance(value, dict):
        return {name: value}
    return {key: leaf for part, inner in value.items()
            for key, leaf in flatten(inner, f"{name}.{part}" if name else part).items()}


def find_variant(run, config):
    """The factors of the comparison that holds a run, the run's value of each, and its place among
    the variants; its initialisation alone where there is none."""
    try:
        plan = json.loads((run.path.parent / "compare.json").read_text(encoding="utf-8"))
        for place, variant in enumerate(plan["variants"]):
            settings = variant["settings"]
            if settings and all(config["experiment"].get(key) == value
                                for key, value in settings.items()):
                return plan["factors"], variant["values"], place
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return ["init"], [run.init], 0


def text_of(value):
    if isinstance(value, list):
        return ", ".join(map(text_of, value))
    return value if isinstance(value, str) else json.dumps(value)


def compare_options(configs, variants):
    """What differs, by variant, and what all have in common, by group."""
    leaves = [flatten(config) for config in configs]
    differing, common = [], collections.defaultdict(list)
    for key in dict.fromkeys(key for leaf in leaves for key in leaf):
        values = [text_of(leaf[key]) if key in leaf else "" for leaf in leaves]
        group, _, name = key.rpartition(".") if key.startswith(("data.", "machine.")) else (
            "training" if key.startswith("experiment.") else "program", "",
            key.removeprefix("experiment."))
        name = name.replace("_", " ").replace(".", ": ")
        if key in ("experiment.seed", "began.time", "began.command_line"):  # every run has another
            continue
        if len({*values}) == 1:
            if values[0]:
                common[group].append([name, values[0]])
            continue
        by_variant = [" or ".join(dict.fromkeys(
            value for value, variant in zip(values, variants) if variant == place))
            for place in range(max(variants) + 1)]
        differing.append([name, by_variant])
    return differing, [[group, rows] for group, rows in common.items()]


def time_of(file):
    try:
        return file.stat().st_mtime
    except OSError:
        return None


def describe_run(run, config, variant):
    done = int(run.table.index.max())
    # Older runs do not say when they began; the file is as old as they are, unless it was copied.
    began = config.get("began") or {}
    time = (datetime.datetime.fromisoformat(began["time"]) if began else
            datetime.datetime.fromtimestamp(time_of(run.path / "config.json"), datetime.UTC))
    return {"variant": variant, "seed": str(run.seed), "path": str(run.path), "epochs": done,
            "wanted": config["experiment"].get("epochs"),
            "finished": (run.path / "summary.json").exists(),
            "begun": time.strftime("%Y-%m-%d %H:%M UTC"), "revision": began.get("revision"),
            "minutes": read_minutes(run.path)}


def read_minutes(path):
    """Of training, without what was saved and looked at in between."""
    table = plot.read(path / "metrics.csv")
    return round(float(table["seconds"].sum()) / 60, 1) if "seconds" in table else None


# Curves

def thin(table):
    """Means of neighbouring rows, so that there are STEPS_LIMIT at most."""
    size = -(-len(table) // STEPS_LIMIT)
    if size < 2:
        return table
    groups = numpy.arange(len(table)) // size
    index = table.index.to_series().groupby(groups).last()
    return table.groupby(groups).mean().set_index(index.to_numpy())


def series(table, columns):
    """The index and the columns that have a number, as lists."""
    found = {name: numbers(table[name]) for name in columns if table[name].notna().any()}
    return {"x": table.index.tolist()} | found


def read_curves(run, kind):
    """A run's tables by epoch, by step, and of image quality; and the quality's circumstances."""
    columns = [*METRICS[kind]]
    epochs = plot.read_table(run.path / "metrics.csv", ["step", *columns], "epoch")
    curves = {"epochs": series(epochs, ["step", *columns])}
    circumstances = None
    with contextlib.suppress(FileNotFoundError):
        steps = thin(optional(run, "steps.csv", columns, "step")[columns])
        curves["steps"] = series(steps, columns)
    with contextlib.suppress(FileNotFoundError):
        quality = optional(run, "quality.csv", ["step", *QUALITY], "epoch")
        if len(quality):
            curves["quality"] = series(quality, ["step", *QUALITY])
            last = plot.read(run.path / "quality.csv", str).iloc[-1]
            circumstances = tuple(last.get(name) for name in CIRCUMSTANCES)
    return curves, circumstances


def optional(run, name, columns, index):
    """A table that a run may lack; a damaged one is as good as none, and named."""
    if not (run.path / name).exists():
        raise FileNotFoundError
    try:
        return plot.read_table(run.path / name, columns, index)
    except SystemExit as error:
        plot.note(f"left out: {error}")
        raise FileNotFoundError from None


def drop_other_judges(curves, circumstances):
    """Qualities by another evaluator, or of another number of images, are not compared."""
    known = [each for each in circumstances if each]
    if len({*known}) < 2:
        return
    most = collections.Counter(known).most_common(1)[0][0]
    for curve, each in zip(curves, circumstances):
        if each not in (None, most):
            del curve["quality"]
    plot.note("image quality of some runs is left out: another evaluator or number of images "
              "than the others have")


# The answer

def values_by_epoch(curve, column):
    for table in ("epochs", "quality"):
        if column in curve.get(table, {}):
            return {epoch: value for epoch, value in
                    zip(curve[table]["x"], curve[table][column]) if value is not None}
    return {}


def estimate(values):
    """Mean, and half of the 95 % interval; None where there is one value."""
    if len(values) < 2:
        return numpy.mean(values), None
    error = numpy.std(values, ddof=1) / math.sqrt(len(values))
    return numpy.mean(values), plot.t_quantile(len(values) - 1) * error


def ranges(epochs, all_epochs):
    """"2–4, 6", where what lies between has no other epoch."""
    places = [all_epochs.index(epoch) for epoch in epochs]
    texts, start = [], 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[end - 1] + 1:
            first, last = epochs[start], epochs[end - 1]
            texts.append(f"{first}" if first == last else f"{first}–{last}")
            start = end
    return ", ".join(texts)


def compare(first, second, span):
    """One metric of two variants, {seed: {epoch: value}} each: the paired difference over the
    epochs of `span`, second less first, and the epochs at which it is clear."""
    means = [{seed: numpy.mean(inside) for seed, values in variant.items()
              if (inside := [value for epoch, value in values.items()
                             if span[0] <= epoch <= span[1]])} for variant in (first, second)]
    seeds = [seed for seed in means[0] if seed in means[1]]
    if not seeds:
        return None
    mean, margin = estimate([means[1][seed] - means[0][seed] for seed in seeds])
    row = {"of": [number(numpy.mean([side[seed] for seed in seeds])) for side in means],
           "mean": number(mean), "margin": None if margin is None else number(margin),
           "n": len(seeds), "clear": margin is not None and bool(abs(mean) > margin),
           "when": None, "always": False}
    if margin is not None:
        common = sorted(set.intersection(
            *({*variant[seed]} for variant in (first, second) for seed in seeds)))
        clear = []
        for epoch in common:
            each, reach = estimate([second[seed][epoch] - first[seed][epoch] for seed in seeds])
            if abs(each) > reach:
                clear.append(epoch)
        row["when"] = ranges(clear, common)
        row["always"] = len(clear) == len(common) > 1
    return row


def turned(row):
    """The same difference seen from the other side."""
    return row | {"of": row["of"][::-1], "mean": -row["mean"] if row["mean"] else row["mean"]}


def figure(metric, value, like=None):
    """A value in words, as exact as `like` (its interval) deserves."""
    if metric.group in ("accuracy", "share"):
        return f"{100 * value:.1f} %"
    size = abs(like if like else value)
    places = 0 if size == 0 else max(0, 1 - math.floor(math.log10(size)))
    return f"{value:.{min(places, 8)}f}"


def amount(metric, row):
    """"12.3 ± 4.5 lower"."""
    if not row["mean"] and not row["margin"]:
        return "the same"
    value, like = abs(row["mean"]), row["margin"] or row["mean"]
    margin = "" if row["margin"] is None else f" ± {figure(metric, row['margin'], like)}"
    text = f"{figure(metric, value, like)}{margin}"
    if metric.group in ("accuracy", "share"):
        text = text.replace(" %", "") + " points"
    return f"{text} {'lower' if row['mean'] < 0 else 'higher'}"


def told(metric, row):
    """"Fréchet distance 12.3 ± 4.5 lower (40 against 52)"."""
    first, second = (figure(metric, value, row["margin"]) for value in row["of"])
    return f"{metric.title} {amount(metric, row)} ({second} against {first})"


def moment(row):
    if row["always"]:
        return "at every epoch that was measured"
    if row["when"]:
        return f"at epoch {row['when']}"
    return "in the mean only, at no single epoch"


def conclude(kind, first, second, metrics, rows, span):
    """The answer for two variants in sentences: [[tone, text]]."""
    main = {name: rows[name] for name in MAIN[kind] if name in rows}
    subject = "image quality" if kind == "gan" else "what is learned"
    better, worse = [], []
    for name, row in main.items():
        if row["clear"]:
            good = (row["mean"] > 0) == (metrics[name].better == "higher")
            (better if good else worse).append(name)
    sentences = []

    def add(tone, text):
        sentences.append([tone, text])

    def names(columns):
        return ", ".join(metrics[name].title for name in columns)

    single = all(row["margin"] is None for row in rows.values())
    if kind == "gan" and not main:
        add("none", f"{second} against {first}: which one draws the better images was not "
            "measured. Runs with --evaluate-every measure it.")
    elif single:
        add("none", f"One seed in common: {second} against {first} may be chance. "
            f"{'; '.join(told(metrics[name], row) for name, row in [*main.items()][:2])}. "
            "More seeds (--seeds 0-4) can tell.")
    elif better and not worse:
        what = "draws better images than" if kind == "gan" else "learns better than"
        add("better", f"{second} {what} {first}: {told(metrics[better[0]], main[better[0]])}.")
    elif worse and not better:
        what = "draws worse images than" if kind == "gan" else "learns worse than"
        add("worse", f"{second} {what} {first}: {told(metrics[worse[0]], main[worse[0]])}.")
    elif better:
        add("mixed", f"{second} against {first}: better in {names(better)}; worse in "
            f"{names(worse)}.")
    else:
        add("none", f"No clear difference in {subject} between {second} and {first}: the intervals "
            f"of {names(main)} include zero.")
    clear = better + worse
    if clear and not single:
        unclear = [name for name in main if name not in clear]
        add("when", f"When: {metrics[clear[0]].title} differs clearly {moment(main[clear[0]])}."
            + (f" Also clear: {names(clear[1:])}." if clear[1:] else "")
            + (f" No clear difference in {names(unclear)}." if unclear else ""))
    if kind == "gan" and not single:
        game = {name: rows[name] for name in ("g_loss", "d_loss", "g_accuracy", "d_accuracy")
                if name in rows}
        parts = [f"{told(metrics[name], row)}, clear {moment(row)}" for name, row in game.items()
                 if row["clear"]]
        unclear = [name for name, row in game.items() if not row["clear"]]
        text = "; ".join(parts)
        if unclear:
            text += ("; " if text else "") + f"no clear difference in {names(unclear)}"
        add("game", f"The game between the two networks (who is ahead of whom, not how good the "
            f"images are): {text}.")
    return sentences


def answer(kind, variants, factors, runs, curves, metrics):
    """The paired differences of all variants that differ in one factor, in numbers and words."""
    last = min(run["epochs"] for run in runs)
    span = [max(1, last - 4), last]
    tables = {name: [{run["seed"]: values for run, curve in zip(runs, curves)
                      if run["variant"] == place and (values := values_by_epoch(curve, name))}
                     for place in range(len(variants))] for name in metrics}
    pairs = []
    for one in range(len(variants)):
        for other in range(one + 1, len(variants)):
            if sum(a != b for a, b in zip(factors[one], factors[other])) != 1:
                continue
            rows = {name: row for name, by_variant in tables.items()
                    if (row := compare(by_variant[one], by_variant[other], span))}
            if not rows:
                continue
            for first, second, seen in ((one, other, rows), (other, one, {
                    name: turned(row) for name, row in rows.items()})):
                words = conclude(kind, variants[first], variants[second], metrics, seen, span)
                for name, row in seen.items():
                    row["figures"] = [figure(metrics[name], value, row["margin"])
                                      for value in row["of"]]
                    row["amount"] = amount(metrics[name], row)
                pairs.append({"first": first, "second": second, "words": words, "rows": seen})
    return {"span": span, "pairs": pairs}


# Samples

@functools.lru_cache(4096)
def encode(file, _time, side, quality):
    """A picture's first side × side digits as WebP in base64."""
    with PIL.Image.open(file) as picture:
        picture = picture.convert("L" if picture.mode in "L1" else "RGB")
    if side < 8:
        width, height = ((size - 2) // 8 * side + 2 for size in picture.size)
        picture = picture.crop((0, 0, width, height))
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=quality)
    return base64.b64encode(buffer.getvalue()).decode()


def read_samples(runs, limit):
    """The pictures of every run by epoch, as many, as large and as good as the limit allows."""
    files = [plot.sample_files(run.path) for run in runs]
    lowest = [run.seed == min(other.seed for other in runs if other.init == run.init)
              for run in runs]
    epochs = sorted(set().union(*files))
    if not epochs:
        return None

    def attempt(side, quality, shown, sparse):
        chosen = [(place, epoch) for place, each in enumerate(files) if shown[place]
                  for epoch in each if epoch in sparse]
        pictures, size = {}, 0
        # A few first, spread over all: whether the rest may fit.
        for share in (chosen[::max(1, len(chosen) // 16)], chosen):
            for place, epoch in share:
                if (place, epoch) in pictures:
                    continue
                file = files[place][epoch]
                try:
                    text = encode(file, time_of(file), side, quality)
                except OSError as error:
                    plot.note(f"left out: {file}: {error}")
                    text = ""
                pictures[place, epoch] = text
                size += len(text)
            if size * len(chosen) > limit * len(share):
                return None
        return pictures

    steps = [(8, 80), (8, 50), (6, 50), (4, 50), (4, 25)]
    most = len(epochs)
    while True:
        sparse = plot.spread(epochs, most)
        for shown in ([True] * len(runs), lowest):
            for side, quality in steps:
                if pictures := attempt(side, quality, shown, sparse):
                    found = collections.defaultdict(dict)
                    for (place, epoch), text in sorted(pictures.items()):
                        if text:
                            found[place][epoch] = text
                    return {"epochs": sparse, "digits": side * side, "runs": found}
                if pictures is not None:
                    return None
        if most <= 2:
            return None
        most //= 2


# Layers

def read_layers(runs, kind):
    """Every statistic of the layers by run, network, epoch and layer, the histograms of their
    activations, and what was said before the first step."""
    tables = []
    for place, run in enumerate(runs):
        if not (run.path / "layers.csv").exists():
            continue
        try:
            table = plot.read(run.path / "layers.csv")
            if not {"network", "epoch", "layer"} <= {*table} or table.empty:
                sys.exit(f"{run.path / 'layers.csv'}: no layers by epoch")
        except SystemExit as error:
            plot.note(f"left out: {error}")
            continue
        tables.append((place, table.replace([numpy.inf, -numpy.inf], numpy.nan)))
    if not tables:
        return None
    lowest = {place for place, run in enumerate(runs)
              if run.seed == min(other.seed for other in runs if other.init == run.init)}
    found = [name for name in STATISTICS
             if any(name in table and table[name].notna().any() for _, table in tables)]
    if not found:
        return None
    reduced = sum(len(table) for _, table in tables) * len(found) > TABLES_LIMIT
    networks, values = {}, {}
    for place, table in tables:
        if reduced and place not in lowest:
            continue
        for network, rows in table.groupby("network", sort=False):
            layers = sorted(rows.layer.unique().tolist())
            known = networks.setdefault(network, {"layers": [], "functions": {}})
            known["layers"] = sorted({*known["layers"], *layers})
            if "activation" in rows:
                known["functions"] |= dict(zip(rows.layer.tolist(), rows.activation.astype(str)))
            table = rows.drop_duplicates(["epoch", "layer"], keep="last")
            grid = table.set_index(["epoch", "layer"])[[name for name in found if name in table]]
            grid = grid.astype(float).unstack().sort_index()
            grids = {name: grid[name].reindex(columns=layers) for name in found if name in table}
            values.setdefault(place, {})[network] = {
                "epochs": grid.index.tolist(), "layers": layers, "grids": {
                    name: [numbers(line, 4) for line in values_of.to_numpy()]
                    for name, values_of in grids.items() if values_of.notna().any(axis=None)}}
    return {"networks": networks, "values": values, "reduced": reduced,
            "statistics": [[name, *STATISTICS[name]] for name in found],
            "histograms": {place: bars for place, run in enumerate(runs)
                           if place in lowest and (bars := read_histograms(run))}}


def read_histograms(run):
    """{network: {epoch: {layer: [low, width, per mille by bin]}}} of a run's activations."""
    file = run.path / "histograms.csv"
    columns = ["network", "epoch", "layer", "quantity", "bin_low", "bin_high", "count"]
    if not file.exists():
        return None
    try:
        table = plot.read(file)
    except SystemExit as error:
        return plot.note(f"left out: {error}")
    if not {*columns} <= {*table}:
        return plot.note(f"left out: {file}: no histograms by epoch")
    table = table[table.quantity == "activation"].replace([numpy.inf, -numpy.inf], numpy.nan)
    table = table.dropna(subset=columns[4:])
    shown = {network: {*plot.spread(sorted(rows.layer.unique()), 8)}
             for network, rows in table.groupby("network")}
    found = {}
    for (network, epoch, layer), rows in table.groupby(["network", "epoch", "layer"], sort=False):
        if layer not in shown[network]:
            continue
        low, width = rows.bin_low.min(), (rows.bin_high - rows.bin_low).median()
        # Empty bins are left out of the table.
        places = ((rows.bin_low - low) / width).round().astype(int) if width > 0 else rows.layer * 0
        bars = numpy.bincount(places.clip(0, 200), weights=rows["count"])
        shares = (1000 * bars / bars.sum()).round(1)
        found.setdefault(network, {}).setdefault(int(epoch), {})[int(layer)] = [
            number(low), number(width), [int(x) if x == int(x) else x for x in shares.tolist()]]
    return found


def read_verdicts(runs, variants):
    """What the probe said before the first step, by variant and network, over the seeds."""
    groups = {}
    for run in runs:
        file = run.path / "verdict.csv"
        if not file.exists():
            continue
        try:
            table = plot.read(file)
            for row in table.to_dict("records"):
                groups.setdefault((run.init, row["network"]), []).append(row | {
                    "likely": row["verdict"] == "likely"})
        except (SystemExit, KeyError) as error:
            plot.note(f"left out: {file}: {error}")
    verdicts = []
    for (init, network), rows in groups.items():
        means = {}
        for name in VERDICT:
            values = [row[name] for row in rows if isinstance(row.get(name), (int, float))
                      and math.isfinite(row[name])]
            means[name] = number(numpy.mean(values), 3) if values else None
        obstacles = dict.fromkeys(row["obstacle"] for row in rows
                                  if isinstance(row.get("obstacle"), str))
        verdicts.append({"variant": variants.index(init), "network": network, "n": len(rows),
                         "likely": sum(row["likely"] for row in rows),
                         "obstacles": [*obstacles], "figures": [means[name] for name in VERDICT]})
    if not verdicts:
        return None
    return {"columns": [*VERDICT.values()],
            "rows": sorted(verdicts, key=lambda row: row["variant"])}


# The page

def collect(paths):
    """All that the page shows, ready for JSON."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        inits = plot.read_runs(paths)
        runs = [run for seeds in inits.values() for run in seeds.values()]
        configs = [read_config(run) for run in runs]
        plans = {run.init: find_variant(run, config) for run, config in zip(runs, configs)}
        one_plan = len({tuple(factors) for factors, _, _ in plans.values()}) == 1
        variants = sorted(inits, key=lambda init: plans[init][2]) if one_plan else [*inits]
        runs = [inits[init][seed] for init in variants for seed in sorted(inits[init])]
        configs = [read_config(run) for run in runs]
        kind = runs[0].settings["kind of training"]
        places = [variants.index(run.init) for run in runs]
        described = [describe_run(run, config, place)
                     for run, config, place in zip(runs, configs, places)]
        read = [read_curves(run, kind) for run in runs]
        curves = [curve for curve, _ in read]
        drop_other_judges(curves, [circumstances for _, circumstances in read])
        metrics = {name: metric for name, metric in (METRICS[kind] | QUALITY).items()
                   if any(name in table for curve in curves for table in curve.values())}
        differing, common = compare_options(configs, places)
        factors = [plans[init][1] if one_plan else [init] for init in variants]
        data = {
            "kind": kind, "variants": variants, "runs": described, "curves": curves,
            "metrics": {name: metric._asdict() for name, metric in metrics.items()},
            "differing": differing, "common": common,
            "answer": answer(kind, variants, factors, described, curves, metrics),
            "t": [None] + [number(plot.t_quantile(freedom)) for freedom in range(
                1, max(len(seeds) for seeds in inits.values()))],
            "layers": read_layers(runs, kind), "verdicts": read_verdicts(runs, variants),
            "data": pathlib.PurePath(configs[0].get("data_path", "")).name,
            "images": configs[0]["data"], "colours": plot.COLOURS,
            "made": datetime.datetime.now().strftime("%Y-%m-%d %H:%M")}
        size = len(as_json(data)) + len(script()) + 100_000
        data["samples"] = read_samples(runs, min(PICTURES_LIMIT, SIZE_LIMIT - size))
    data["notes"] = said.getvalue().splitlines()
    return data


def as_json(data):
    """JSON that no HTML can be read from."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


@functools.cache
def script():
    return plotly.offline.get_plotlyjs()


def page(data, live=False):
    """The whole page. Its policy lets these two scripts run and no other, and nothing be fetched
    but, of a page that is watched, its own data."""
    scripts = [script(), (HERE / "report.js").read_text(encoding="utf-8")]
    if any(re.search("</script|<!--", text, re.IGNORECASE) for text in scripts):
        # Inside of <script> these two have a meaning; escaped they mean the same to JavaScript.
        scripts = [re.sub("<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)
                   for text in scripts]
    digests = [hashlib.sha256(text.encode()).digest() for text in scripts]
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    source = "'self'" if live else "'none'"
    parts = {"policy": f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
                       "img-src data: blob:; base-uri 'none'; form-action 'none'; "
                       f"connect-src {source}",
             "plotly": scripts[0], "script": scripts[1], "data": as_json(data | {"live": live})}
    template = (HERE / "report.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


# Live

def state_of(paths):
    """What changes when a run goes on."""
    found = []
    for path in paths:
        for pattern in ("*.json", "*.csv", "samples/*.png"):
            for file in (*path.glob(pattern), *path.glob(f"*/{pattern}")):
                with contextlib.suppress(OSError):
                    stat = file.stat()
                    found.append((str(file), stat.st_mtime_ns, stat.st_size))
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()[:16]


class Watch:
    """The page's data, collected anew when files have changed."""

    def __init__(self, paths):
        self.paths, self.lock = paths, threading.Lock()
        self.version, self.data = None, None

    def current(self):
        with self.lock:
            version = state_of(self.paths)
            if version != self.version:
                try:
                    self.data = collect(self.paths) | {"version": version}
                except SystemExit as error:  # no epoch yet, or a table that is being written
                    if self.data is None or "waiting" in self.data:
                        self.data = {"waiting": str(error), "version": version}
                    else:
                        self.data["version"] = version
                self.version = version
            return self.data


def serve(watch, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            # Other sites must not read it under a name of theirs that leads here.
            host = self.headers.get("Host", "").rpartition(":")[0]
            if host not in ("127.0.0.1", "localhost"):
                return self.send_error(403)
            path, _, known = self.path.partition("?")
            if path not in ("/", "/data"):
                return self.send_error(404)
            data = watch.current()
            if path == "/data" and known == data["version"]:
                self.send_response(204)
                return self.end_headers()
            text = page(data, live=True) if path == "/" else as_json(data | {"live": True})
            body = text.encode()
            self.send_response(200)
            kind = "text/html" if path == "/" else "application/json"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        sys.exit(f"port {port}: {error.strerror}")
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    plot.note("Ctrl-C ends it")
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def main():
    parser = argparse.ArgumentParser(
        description="Make one HTML page of runs.",
        epilog="The page needs nothing beside it, and fetches nothing.")
    parser.add_argument("runs", nargs="+", type=pathlib.Path, metavar="RUN|DIRECTORY",
                        help="a run's directory, or one that holds runs")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("report.html"),
                        help="the page (default: report.html)")
    parser.add_argument("--overwrite", action="store_true", help="replace a page that is there")
    parser.add_argument("--watch", action="store_true",
                        help="serve the page on this machine, and refresh it while runs go on")
    parser.add_argument("--port", type=plot.count, default=0,
                        help="of --watch (default: a free one)")
    options = parser.parse_args()
    if options.watch:
        return serve(Watch(options.runs), options.port)
    if options.output.exists() and not options.overwrite:
        sys.exit(f"{options.output}: is there already; --overwrite replaces it")
    data = collect(options.runs)
    for line in data["notes"]:
        plot.note(line)
    try:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(page(data), encoding="utf-8")
    except OSError as error:
        sys.exit(f"{options.output}: {error.strerror}")
    print(options.output)


if __name__ == "__main__":
    main()
