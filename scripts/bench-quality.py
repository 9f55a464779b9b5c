#!/usr/bin/env python3
"""Hold gan-train's figures of image quality, and their time, against published packages.

Both sides judge the same real images: the first training images (10,000 of MNIST) stand in for
generated ones against the test images, as in the first row of gan-train evaluate. The features
are made anew in NumPy from the evaluator's file. They round differently from gan-train's, so a
point that lies at the very edge of a ball may fall on its other side: of precision, recall and
coverage the table says for how many points that is so, of density for how many balls.

Precision, recall, density and coverage are those of the package prdc, which is also timed: in
each round gan-train in a process of its own, then prdc in another. A call of prdc computes all
four for one k; gan-train's time is for both k, 3 and 5, and includes the radii of the test images.
The Fréchet distance, the kernel distance and the classifier score are torch-fidelity's, where
that is installed, and beside them, as the others, plain formulas with NumPy and SciPy in double
precision.

Needs NumPy, SciPy and prdc (which needs scikit-learn), and can use torch-fidelity:
pip install numpy scipy scikit-learn prdc torch-fidelity
"""
import argparse
import contextlib
import gzip
import hashlib
import importlib.metadata
import importlib.util
import io
import json
import math
import multiprocessing
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor

try:
    import numpy as np
    import scipy.linalg
    import scipy.special
except ImportError as error:
    sys.exit(f"bench-quality.py needs {error.name}: "
             "pip install numpy scipy scikit-learn prdc, and torch-fidelity if you like")

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PRECISION_K, DENSITY_K = 3, 5
BLOCK = 1024  # of the kernel distance
ROWS = 500  # that numpy takes at once
ROUNDS = 3
SPEED = 5  # how many times as fast as prdc gan-train is to be
EDGE_POINTS = 5  # that may fall on the other side of a ball's edge, of each set of points
# Of a figure, relative to the peer's. The kernel distance is a small difference of large means.
TOLERANCES = {"frechet_distance": 1e-4, "kernel_distance": 1e-3, "classifier_score": 1e-5,
              "class_divergence": 1e-5, "log_likelihood": 1e-5}


# The images, and the evaluator

def data_file(directory, name):
    """An IDX file such as train-images-idx3 in `directory`, by any of its names; None without."""
    names = [f"{name.replace('-idx', f'{dot}idx')}-ubyte{end}" for dot in "-."
             for end in ("", ".gz")]
    return next((directory / name for name in names if (directory / name).is_file()), None)


def read_idx(directory, name):
    """The array in an IDX file of unsigned bytes."""
    data = data_file(directory, name).read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    sizes = np.frombuffer(data, ">u4", count=data[3], offset=4).tolist()
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


def read_safetensors(path):
    """The float32 arrays of a file of weights, by name."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    return {name: np.frombuffer(data, "<f4", math.prod(entry["shape"]),
                                start + entry["data_offsets"][0]).reshape(entry["shape"])
            for name, entry in header.items()}


def checksum(arrays):
    """The SHA-256 of all weights, [inputs, outputs], and biases, layer by layer."""
    whole = hashlib.sha256()
    for layer in (0, 2, 4):
        whole.update(np.ascontiguousarray(arrays[f"{layer}.weight"].T).tobytes())
        whole.update(arrays[f"{layer}.bias"].tobytes())
    return whole.hexdigest()


def find_evaluator(sha256):
    """The arrays of the evaluator with this checksum, in gan-train's cache."""
    cache = os.environ.get("XDG_CACHE_HOME")
    base = pathlib.Path(cache) if cache else pathlib.Path.home() / ".cache"
    directory = base / "gan-train" / "evaluators"
    for path in directory.glob("*.safetensors"):
        arrays = read_safetensors(path)
        if checksum(arrays) == sha256:
            return arrays
    sys.exit(f"{directory}: no evaluator with the checksum {sha256}")


def features_and_logits(arrays, images):
    """What the evaluator makes of images [n, pixels]: float32 [n, 128] and [n, classes]."""
    x = images * np.float32(1 / 127.5) - np.float32(1)
    for layer in (0, 2):
        x = np.maximum(x @ arrays[f"{layer}.weight"].T + arrays[f"{layer}.bias"], 0)
    return x, x @ arrays["4.weight"].T + arrays["4.bias"]


# The peers. Each takes the real features and those in place of generated ones, float32 [n, 128].

def scipy_frechet_distance(real, generated):
    """‖μ₁ − μ₂‖² + tr(C₁ + C₂ − 2(C₁C₂)^½)"""
    means = [features.mean(axis=0, dtype=float) for features in (real, generated)]
    covariances = [np.cov(features.astype(float), rowvar=False) for features in (real, generated)]
    with warnings.catch_warnings():  # a feature that is always 0 makes the product singular
        warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
        root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    shift = means[0] - means[1]
    return shift @ shift + np.trace(covariances[0]) + np.trace(covariances[1]) - 2 * np.trace(root)


def fidelity_frechet_distance(real, generated):
    import torch
    from torch_fidelity import metric_fid

    both = [metric_fid.fid_features_to_statistics(torch.from_numpy(features.astype(float)))
            for features in (real, generated)]
    return metric_fid.fid_statistics_to_metric(*both, False)[metric_fid.KEY_METRIC_FID]


def mean_of_blocks(mmd2, real, generated):
    """The mean of mmd2(kernels real-real, real-generated, generated-generated) of blocks of at
    most 1,024, in order; one block if a set has no more, and none of a single example."""
    count = min(len(real), len(generated))
    size = BLOCK if count > BLOCK else max(len(real), len(generated))
    values = []
    for first in range(0, count - 1, size):
        x, y = (f[first:first + size].astype(float) for f in (real, generated))
        values.append(mmd2(*((a @ b.T / a.shape[1] + 1) ** 3 for a, b in ((x, x), (x, y), (y, y)))))
    return statistics.mean(values)


def numpy_kernel_distance(real, generated):
    """The unbiased MMD² with the kernel (x·y / d + 1)³."""
    def within(kernel):
        n = len(kernel)
        return (kernel.sum() - np.trace(kernel)) / (n * (n - 1))

    return mean_of_blocks(
        lambda xx, xy, yy: within(xx) + within(yy) - 2 * xy.mean(), real, generated)


def fidelity_kernel_distance(real, generated):
    from torch_fidelity.metric_kid import mmd2

    return mean_of_blocks(mmd2, real, generated)


def numpy_classifier_score(logits):
    """exp of the mean KL(p(y|x) ‖ p(y))"""
    logs = scipy.special.log_softmax(logits.astype(float), axis=1)
    marginal = np.exp(logs).mean(axis=0)
    return math.exp((np.exp(logs) * (logs - np.log(marginal))).sum(axis=1).mean())


def fidelity_classifier_score(logits):
    import torch
    from torch_fidelity import metric_isc

    found = metric_isc.isc_features_to_metric(torch.from_numpy(logits), splits=1, shuffle=False)
    return found[metric_isc.KEY_METRIC_ISC_MEAN]


def scipy_class_divergence(logits, labels):
    """KL(predicted shares ‖ real shares)"""
    predicted, real = (np.bincount(of, minlength=logits.shape[1]) / len(of)
                       for of in (logits.argmax(axis=1), labels))
    return scipy.special.rel_entr(predicted, real).sum()


def scipy_log_likelihoods(examples, kernels, sigmas):
    """The mean log-likelihood of examples under Gaussian kernels, for each width; pixels of both
    [n, pixels] from 0 to 255."""
    kernels = kernels / 255
    lengths, (count, dimension) = (kernels ** 2).sum(axis=1), kernels.shape
    sums = np.zeros(len(sigmas))
    for first in range(0, len(examples), ROWS):
        x = examples[first:first + ROWS] / 255
        squares = (x ** 2).sum(axis=1)[:, None] + lengths - 2 * x @ kernels.T
        sums += [scipy.special.logsumexp(-squares / (2 * sigma ** 2), axis=1).sum()
                 for sigma in sigmas]
    return sums / len(examples) - math.log(count) - dimension * np.log(
        sigmas * np.sqrt(2 * np.pi))


def run_prdc(path, k):
    """Of the features in a file: what prdc computes in this process, and in how many seconds."""
    from prdc import compute_prdc

    with np.load(path) as arrays:
        real, generated = arrays["real"], arrays["generated"]
    with contextlib.redirect_stdout(io.StringIO()):
        compute_prdc(real[:100], generated[:100], k)  # what it imports and starts
        start = time.perf_counter()
        found = compute_prdc(real, generated, k)
    return {name: float(value) for name, value in found.items()}, time.perf_counter() - start


def prdc_in_new_process(path, k):
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(run_prdc, path, k).result()


# gan-train

def gan_train(options, *arguments):
    """Runs gan-train; its standard output."""
    command = [options.program, *arguments, "--data", options.data, "--threads", options.threads]
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"gan-train {arguments[0]} ended with status {result.returncode}")
    return result.stdout


def make_run(options, directory):
    """A run, as gan-train evaluate wants one; the images of it do not matter here."""
    run = pathlib.Path(directory, "run")
    gan_train(options, "train", "--run-dir", run, "--quiet", "--max-steps", 1, "--batch-size", 2,
              "--generator-layers", 2, "--discriminator-layers", 2)
    return run


def evaluate(options, run):
    """What gan-train makes of the training images."""
    rows = json.loads(gan_train(options, "evaluate", run, "--json", "--seconds"))
    return next(row for row in rows if row["source"] == "training images")


# The comparison

class Table:
    """Figures side by side, as Markdown."""

    def __init__(self, ours):
        self.ours, self.all_agree = ours, True
        print("| figure | gan-train | package | its figure | difference |\n|---|---|---|---|---|")

    def row(self, figure, package, theirs, difference, agrees):
        self.all_agree = self.all_agree and agrees
        version = importlib.metadata.version(package)
        print(f"| {figure} | {self.ours[figure]:.7g} | {package} {version} | {theirs:.7g} "
              f"| {difference}{'' if agrees else ': DIFFERS'} |", flush=True)

    def add(self, figure, package, theirs):
        difference = abs(self.ours[figure] - theirs) / abs(theirs)
        self.row(figure, package, theirs, f"{difference:.1e} of it",
                 difference <= TOLERANCES[figure])

    def add_share(self, figure, package, theirs, count, unit, allowed):
        """A figure that is a number of points or balls divided by `count`."""
        difference = round(abs(self.ours[figure] - theirs) * count)
        self.row(figure, package, theirs, f"{difference} of {count:,} {unit}" if difference
                 else "none", difference <= allowed)


def compare_figures(ours, of_prdc, options):
    """Prints ours and theirs; whether all agree."""
    count, arrays = ours["images"], find_evaluator(ours["evaluator"])
    train, test = (read_idx(options.data, f"{part}-images-idx3") for part in ("train", "t10k"))
    train, test = train.reshape(len(train), -1), test.reshape(len(test), -1)
    generated, logits = features_and_logits(arrays, train[:count])
    real, _ = features_and_logits(arrays, test)
    np.savez(of_prdc, real=real, generated=generated)

    has_fidelity = importlib.util.find_spec("torch_fidelity") is not None
    table = Table(ours)
    table.add("frechet_distance", "scipy", scipy_frechet_distance(real, generated))
    if has_fidelity:
        table.add("frechet_distance", "torch-fidelity", fidelity_frechet_distance(real, generated))
    table.add("kernel_distance", "numpy", numpy_kernel_distance(real, generated))
    if has_fidelity and len(real) == len(generated):  # torch-fidelity wants sets of one size
        table.add("kernel_distance", "torch-fidelity", fidelity_kernel_distance(real, generated))
    of_k, _ = prdc_in_new_process(of_prdc, PRECISION_K)
    of_density_k, _ = prdc_in_new_process(of_prdc, DENSITY_K)
    table.add_share("precision", "prdc", of_k["precision"], count, "points", EDGE_POINTS)
    table.add_share("recall", "prdc", of_k["recall"], len(real), "points", EDGE_POINTS)
    table.add_share("density", "prdc", of_density_k["density"], DENSITY_K * count, "balls",
                    DENSITY_K * EDGE_POINTS)
    table.add_share("coverage", "prdc", of_density_k["coverage"], len(real), "points", EDGE_POINTS)
    table.add("classifier_score", "numpy", numpy_classifier_score(logits))
    if has_fidelity:
        table.add("classifier_score", "torch-fidelity", fidelity_classifier_score(logits))
    labels = read_idx(options.data, "t10k-labels-idx1")
    table.add("class_divergence", "scipy", scipy_class_divergence(logits, labels))
    sigmas = 0.1 * 10 ** (np.arange(10) / 9)
    first = len(train) - min(10_000, len(train) // 2)
    validation = train[first:first + 1000]
    chosen = sigmas[np.argmax(scipy_log_likelihoods(validation, train[:count], sigmas))]
    table.add("log_likelihood", "scipy",
              scipy_log_likelihoods(test, train[:count], np.array([chosen]))[0])
    if not has_fidelity:
        print("\ntorch-fidelity is not installed", flush=True)
    return table.all_agree


def compare_times(of_prdc, run, options):
    """Prints the time of prdc's four figures; whether gan-train is fast enough."""
    pairs = []
    for number in range(1, options.rounds + 1):
        print(f"round {number} of {options.rounds}", file=sys.stderr)
        pairs.append((evaluate(options, run)["seconds"]["precision_recall"],
                      prdc_in_new_process(of_prdc, PRECISION_K)[1]))
    ratios = [theirs / ours for ours, theirs in pairs]
    middle = statistics.median(ratios)
    ours, theirs = (statistics.median(times) for times in zip(*pairs))
    is_fast = middle >= SPEED
    print("\nprecision, recall, density and coverage, seconds, medians of "
          f"{len(pairs)} rounds:\n\n| gan-train | prdc | prdc / gan-train, least and greatest |\n"
          f"|---|---|---|\n| {ours:.2f} | {theirs:.2f} | {middle:.1f} "
          f"({min(ratios):.1f}–{max(ratios):.1f}){'' if is_fast else f': BELOW {SPEED}'} |")
    return is_fast


def processor():
    """The machine's processor, in its own words."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def parse_options():
    def positive(text):
        if not text.isdecimal() or int(text) == 0:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
        return int(text)

    parser = argparse.ArgumentParser(
        description="Hold gan-train's figures of image quality, and their time, against "
                    "published packages.")
    add = parser.add_argument
    add("--threads", type=positive, help="of gan-train and the peers; default: all usable cores")
    add("--rounds", type=positive, default=ROUNDS,
        help=f"processes of gan-train and of prdc that are timed in turn; default: {ROUNDS}")
    add("--data", type=pathlib.Path, metavar="DIR",
        help="MNIST-format images with labels; default: data/mnist, else data/digits")
    add("--program", type=pathlib.Path, metavar="PATH",
        help="gan-train; default: the checkout's release build, else its debug build")
    options = parser.parse_args()
    builds = [CHECKOUT / ".build" / build / "gan-train" for build in ("release", "debug")]
    sets = [CHECKOUT / "data" / name for name in ("mnist", "digits")]
    if options.program is None and not any(map(pathlib.Path.is_file, builds)):
        parser.error("gan-train is not built: run swift build -c release, or name a --program")
    options.program = (options.program or next(filter(pathlib.Path.is_file, builds))).absolute()
    options.data = options.data or next(
        (path for path in sets if data_file(path, "train-images-idx3")), sets[0])
    if not options.program.is_file():
        parser.error(f"--program {options.program}: no such file")
    for name in ("train-images-idx3", "t10k-images-idx3", "t10k-labels-idx1"):
        if data_file(options.data, name) is None:
            parser.error(f"--data {options.data}: no file such as {name}-ubyte.gz there")
    if importlib.util.find_spec("prdc") is None:
        parser.error("prdc is not installed: pip install prdc scikit-learn")
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    options.threads = options.threads or len(cores) or os.cpu_count()
    if cores:  # prdc takes eight threads, and has no other setting
        if options.threads > len(cores):
            parser.error(f"--threads {options.threads}: this process may use {len(cores)} cores")
        os.sched_setaffinity(0, cores[:options.threads])
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    return options


def main():
    options = parse_options()
    with tempfile.TemporaryDirectory() as directory:
        run, of_prdc = make_run(options, directory), pathlib.Path(directory, "features.npz")
        ours = evaluate(options, run)
        print(f"{ours['images']:,} training images against the test images, data: {options.data}, "
              f"threads: {options.threads}, {processor()}\n", flush=True)
        agree = compare_figures(ours, of_prdc, options)
        is_fast = compare_times(of_prdc, run, options)
    sys.exit(0 if agree and is_fast else 1)


if __name__ == "__main__":
    main()
