#!/usr/bin/env python3
"""Time gan-train's training step against the same step in PyTorch, JAX and TensorFlow.

A step is the one of docs/design.md: new real images by a shuffled order, new noise, Adam on the
discriminator, then on the generator through the updated discriminator, both losses read as
numbers. Processes of one program differ in speed, so every timing has a new one: in a pair, one
of gan-train, then one of the peer, which compiles, warms up, times and ends. A pair's ratio is
fair though the machine's speed drifts, and the median of at least seven evens out the processes.

--check shows that it is the same work: gan-train's random numbers are made anew in NumPy, every
peer starts with its weights, batches and noise, and their losses are compared with gan-train's.

Needs NumPy, and of torch, jax and tensorflow (or tensorflow-cpu) those to be timed.
"""
import argparse
import csv
import gzip
import importlib.util
import json
import math
import multiprocessing
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

try:
    import numpy as np
except ImportError:
    sys.exit("bench-peers.py needs NumPy: pip install numpy")

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
LATENT, GENERATOR_LAYERS, DISCRIMINATOR_LAYERS = 100, [256, 512, 1024], [1024, 512, 256]
SLOPE, RATE, BETA1, BETA2, EPSILON = 0.2, 2e-4, 0.5, 0.999, 1e-8
WARM_UP_STEPS, PAIRS = 10, 7
# Of a loss in --check: every library rounds differently, and training amplifies it step by step.
TOLERANCE = 1e-4
# For a peer's process, with compilation. JAX has been seen to hang in its start.
PEER_SECONDS = 300


# gan-train's data and random numbers

def image_file(directory):
    """The training images in `directory`, by any of MNIST's names; None without."""
    names = [f"train-images{dot}idx3-ubyte{end}" for dot in "-." for end in ("", ".gz")]
    return next((directory / name for name in names if (directory / name).is_file()), None)


def load_images(directory):
    """All training images, float32 [count, pixels] in [-1, 1]."""
    data = image_file(directory).read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    count, rows, columns = np.frombuffer(data, ">u4", count=3, offset=4).tolist()
    pixels = np.frombuffer(data, np.uint8, offset=16).reshape(count, rows * columns)
    return pixels * np.float32(1 / 127.5) - np.float32(1)


WEIGHTS_G, WEIGHTS_D, SHUFFLING, NOISE = range(4)  # what a stream is for


def random_words(purpose, substream, rows, blocks):
    """Philox4x32-10 with the key 0 (--seed 0), uint64 [rows, 4 · blocks] below 2³²."""
    c0, c1 = np.meshgrid(np.arange(blocks, dtype=np.uint64), np.arange(rows, dtype=np.uint64))
    c2, c3 = np.full_like(c0, substream), np.full_like(c0, purpose)
    half, low = np.uint64(32), np.uint64(2**32 - 1)
    for turn in range(10):
        key0, key1 = (np.uint64(turn * k % 2**32) for k in (0x9E3779B9, 0xBB67AE85))
        even, odd = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = odd >> half ^ c1 ^ key0, odd & low, even >> half ^ c3 ^ key1, even & low
    return np.stack([c0, c1, c2, c3], axis=-1).reshape(rows, 4 * blocks)


def normals(purpose, substream, rows, columns):
    """N(0, 1) by Box and Muller, float32 [rows, columns]."""
    words = random_words(purpose, substream, rows, -(-columns // 4)) >> np.uint64(9)
    uniform = (words.astype(np.float32) + np.float32(0.5)) * np.float32(2**-23)
    radius = np.sqrt(np.float32(-2) * np.log(uniform[:, 0::2]))
    angle = np.float32(2 * 3.1415925) * uniform[:, 1::2]  # Float.pi is rounded towards zero
    pairs = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return pairs.reshape(rows, -1)[:, :columns]


def first_batches(count, steps, batch_size):
    """The numbers of the images that the first epoch begins with, [steps, batch_size]."""
    order = list(range(count))
    words = random_words(SHUFFLING, 1, 1, -(-count // 4))[0].tolist()
    for last, word in zip(range(count - 1, 0, -1), words):
        other = word * (last + 1) >> 32
        order[last], order[other] = order[other], order[last]
    return np.reshape(order[:steps * batch_size], (steps, batch_size))


def initial_network(purpose, sizes):
    """Weights [inputs, outputs] and biases [outputs] of every layer, by --init xavier-he."""
    layers = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        is_last = index == len(sizes) - 2  # no leaky ReLU follows: Xavier's rule instead of He's
        deviation = np.sqrt(np.float32(2 / (inputs + outputs if is_last else inputs)))
        weights = normals(purpose, index, inputs, outputs) * deviation
        layers.append((weights, np.zeros(outputs, np.float32)))
    return layers


# The peers: each function takes two networks as above and returns
# step(real [batch, pixels], noise [batch, LATENT], or None to draw it) -> (d_loss, g_loss).
# As in gan-train, real images and fakes pass the discriminator as one batch, which is faster.

def torch_step(generator, discriminator, batch, threads, fused, compiled):
    import torch
    from torch.nn.functional import softplus

    def network(layers, *end):
        modules = []
        for weights, biases in layers:
            linear = torch.nn.Linear(*weights.shape)
            state = {"weight": weights.T, "bias": biases}
            linear.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in state.items()})
            modules += [linear, torch.nn.LeakyReLU(SLOPE, inplace=True)]
        return torch.nn.Sequential(*modules[:-1], *end)

    def adam(network):
        return torch.optim.Adam(network.parameters(), RATE, (BETA1, BETA2), EPSILON, fused=fused)

    def discriminator_loss(real, fake):
        logits = d(torch.cat([real, fake]))
        return softplus(-logits[:batch]).mean() + softplus(logits[batch:]).mean()

    def generator_loss(fake):
        return softplus(-d(fake)).mean()

    torch.set_num_threads(threads)
    g, d = network(generator, torch.nn.Tanh()), network(discriminator)
    adam_g, adam_d, generate = adam(g), adam(d), g
    if compiled:
        generate, discriminator_loss, generator_loss = (
            torch.compile(f) for f in (g, discriminator_loss, generator_loss))

    def step(real, noise=None):
        fake = generate(torch.randn(batch, LATENT) if noise is None else torch.from_numpy(noise))
        adam_d.zero_grad()
        d_loss = discriminator_loss(torch.from_numpy(real), fake.detach())
        d_loss.backward()
        adam_d.step()
        adam_g.zero_grad()
        d.requires_grad_(False)
        g_loss = generator_loss(fake)
        g_loss.backward()
        d.requires_grad_(True)
        adam_g.step()
        return d_loss.item(), g_loss.item()

    return step


def jax_step(generator, discriminator, batch, threads):  # as many threads as cores
    import jax
    from jax import numpy as jnp
    from jax import tree
    from jax.nn import leaky_relu, softplus

    def forward(layers, x):
        for weights, biases in layers[:-1]:
            x = leaky_relu(x @ weights + biases, SLOPE)
        return x @ layers[-1][0] + layers[-1][1]

    def discriminator_loss(layers, images):
        logits = forward(layers, images)
        return softplus(-logits[:batch]).mean() + softplus(logits[batch:]).mean()

    def adam(network, slope, count):
        layers, m, v = network
        m = tree.map(lambda m, s: BETA1 * m + (1 - BETA1) * s, m, slope)
        v = tree.map(lambda v, s: BETA2 * v + (1 - BETA2) * s * s, v, slope)
        bias1, bias2 = (-jnp.expm1(count * math.log(beta)) for beta in (BETA1, BETA2))
        layers = tree.map(
            lambda p, m, v: p - RATE / bias1 * m / (jnp.sqrt(v / bias2) + EPSILON), layers, m, v)
        return layers, m, v

    def update(g, d, count, key, real, noise=None):
        key, subkey = jax.random.split(key)
        noise = jax.random.normal(subkey, (batch, LATENT)) if noise is None else noise
        fake, pull_back = jax.vjp(lambda layers: jnp.tanh(forward(layers, noise)), g[0])
        images = jnp.concatenate([real, fake])
        d_loss, slope = jax.value_and_grad(discriminator_loss)(d[0], images)
        d = adam(d, slope, count + 1)
        g_loss, slope = jax.value_and_grad(lambda x: softplus(-forward(d[0], x)).mean())(fake)
        g = adam(g, pull_back(slope)[0], count + 1)
        return (g, d, count + 1, key), d_loss, g_loss

    def start(layers):
        return tree.map(jnp.array, layers), *(tree.map(jnp.zeros_like, layers) for _ in "mv")

    compiled = jax.jit(update, donate_argnums=(0, 1, 2, 3))
    state = start(generator), start(discriminator), jnp.float32(0), jax.random.key(0)

    def step(*batch_and_noise):
        nonlocal state
        state, d_loss, g_loss = compiled(*state, *batch_and_noise)
        return float(d_loss), float(g_loss)

    return step


def tensorflow_step(generator, discriminator, batch, threads):
    import tensorflow as tf
    from tensorflow.nn import softplus

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    g, d = ([tf.Variable(array) for layer in network for array in layer]
            for network in (generator, discriminator))
    moments = {p.ref(): [tf.Variable(tf.zeros_like(p)) for _ in "mv"] for p in g + d}
    count = tf.Variable(0.0)

    def forward(parameters, x):
        for index in range(0, len(parameters), 2):
            x = tf.nn.leaky_relu(x, SLOPE) if index else x
            x = x @ parameters[index] + parameters[index + 1]
        return x

    def adam(parameters, slopes):
        power1, power2 = BETA1**count, BETA2**count
        for p, slope in zip(parameters, slopes):
            m, v = moments[p.ref()]
            tf.raw_ops.ResourceApplyAdam(  # adds ε to the root of v before its correction
                var=p.handle, m=m.handle, v=v.handle, grad=slope, lr=RATE, beta1=BETA1,
                beta2=BETA2, beta1_power=power1, beta2_power=power2,
                epsilon=EPSILON * tf.sqrt(1 - power2))

    @tf.function(jit_compile=True)
    def update(real, noise=None):
        noise = tf.random.normal((batch, LATENT)) if noise is None else noise
        count.assign_add(1.0)
        with tf.GradientTape() as g_tape:
            fake = tf.tanh(forward(g, noise))
        with tf.GradientTape() as d_tape:
            logits = forward(d, tf.concat([real, fake], 0))
            d_loss = (tf.reduce_mean(softplus(-logits[:batch]))
                      + tf.reduce_mean(softplus(logits[batch:])))
        adam(d, d_tape.gradient(d_loss, d))
        with tf.GradientTape(watch_accessed_variables=False) as fake_tape:
            fake_tape.watch(fake)
            g_loss = tf.reduce_mean(softplus(-forward(d, fake)))
        adam(g, g_tape.gradient(fake, g, fake_tape.gradient(g_loss, fake)))
        return d_loss, g_loss

    return lambda *batch_and_noise: tuple(float(loss) for loss in update(*batch_and_noise))


PEERS = {  # name: (module, function, its options)
    "torch-eager": ("torch", torch_step, {"fused": False, "compiled": False}),
    "torch-fused": ("torch", torch_step, {"fused": True, "compiled": False}),
    "torch-compile": ("torch", torch_step, {"fused": True, "compiled": True}),
    "jax": ("jax", jax_step, {}),
    "tensorflow": ("tensorflow", tensorflow_step, {}),
}


# In a peer's process

def time_steps(step, images, size, steps):
    """Milliseconds a step, after the first ones, which compile and warm up."""
    order = np.random.default_rng().permutation(len(images))
    for count in WARM_UP_STEPS, steps:
        start = time.perf_counter()
        for batch in np.resize(order, (count, size)):
            step(images[batch])
    return (time.perf_counter() - start) * 1000 / steps


def first_losses(step, images, size, steps):
    """The losses with gan-train's batches and noise, [steps, 2]."""
    batches = first_batches(len(images), steps, size)
    return np.array([step(images[batch], normals(NOISE, number, size, LATENT))
                     for number, batch in enumerate(batches, start=1)])


def start_peer(function, steps, name, data, batch_size, threads):
    """The version of the peer's library, and what one of the functions above finds."""
    module, make, options = PEERS[name]
    images = load_images(data)
    pixels = images.shape[1]
    step = make(initial_network(WEIGHTS_G, [LATENT, *GENERATOR_LAYERS, pixels]),
                initial_network(WEIGHTS_D, [pixels, *DISCRIMINATOR_LAYERS, 1]),
                batch_size, threads, **options)
    return sys.modules[module].__version__, function(step, images, batch_size, steps)


def in_new_process(function, steps, name, options):
    """What start_peer returns in a new process; None for both when it fails or hangs."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(start_peer, function, steps, name, options.data,
                               options.batch_size, options.threads).result(PEER_SECONDS)
        except Exception as error:
            print(error.__cause__ or str(error) or f"no answer within {PEER_SECONDS} s",
                  file=sys.stderr)
            print(f"{name:15}failed; --peers can leave it out", flush=True)
            return None, None
        finally:
            for process in multiprocessing.active_children():
                process.kill()  # the pool would wait for one that hangs


# The comparison

def gan_train(options, *arguments):
    """Runs gan-train; its standard output."""
    command = [options.program, *arguments, "--data", options.data, "--batch-size",
               options.batch_size, *(["--threads", options.threads] if options.threads else [])]
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"gan-train {arguments[0]} ended with status {result.returncode}")
    return result.stdout


def bench(options, steps):
    """What gan-train tells of one round of `steps` steps."""
    return json.loads(gan_train(options, "bench", "--json", "--rounds", 1, "--round-steps", steps))


def losses_of_gan_train(options, steps):
    """gan-train's first losses, [steps, 2]: the differences of the sums of runs of 1, 2, … steps.

    Its table has means as exact as doubles are, so the differences are right to the last digits.
    """
    sums = np.zeros((steps + 1, 2))
    with tempfile.TemporaryDirectory() as parent:
        for count in range(steps, 0, -1):
            directory = pathlib.Path(parent, str(count))
            gan_train(options, "train", "--seed", 0, "--init", "xavier-he", "--quiet",
                      "--epochs", 1, "--max-steps", count, "--run-dir", directory)
            with (directory / "metrics.csv").open(newline="") as file:
                row = next(csv.DictReader(file))
            if int(row["step"]) < count:
                sys.exit(f"--check {steps}: must be at most {row['step']}, the steps of an epoch")
            sums[count] = [count * float(row[column]) for column in ("d_loss", "g_loss")]
    return np.diff(sums, axis=0)


def check(options, names):
    """Prints how far every peer's losses are from gan-train's; whether all are near."""
    expected = losses_of_gan_train(options, options.check)
    print(f"greatest relative difference from gan-train's losses in {options.check} steps:")
    agree = True
    for name in names:
        _, found = in_new_process(first_losses, options.check, name, options)
        if found is None:
            agree = False
            continue
        d_loss, g_loss = (abs(found - expected) / abs(expected)).max(axis=0)
        good = max(d_loss, g_loss) <= TOLERANCE and np.isfinite(found).all()
        agree = agree and good
        print(f"{name:15}d_loss {d_loss:.1e}  g_loss {g_loss:.1e}  "
              + ("ok" if good else f"DIFFERS by more than {TOLERANCE:g}"), flush=True)
    return agree


def compare(options, names):
    """Times gan-train and every peer in pairs, and prints them; whether no peer failed."""
    pairs = {name: [] for name in names}  # ms of gan-train, ms of the peer, ratio, its version
    for number in range(1, options.rounds + 1):
        for name in names:
            print(f"round {number} of {options.rounds}: {name}", file=sys.stderr)
            ours = bench(options, options.steps)["ms_per_step"]
            version, theirs = in_new_process(time_steps, options.steps, name, options)
            if version:
                pairs[name].append((ours, theirs, ours / theirs, version))

    columns = {name: list(zip(*rows)) for name, rows in pairs.items() if rows}
    if not columns:
        return False
    ratio = {name: f"{statistics.median(r):.2f} ({min(r):.2f}–{max(r):.2f}) of {len(r)} pairs"
             for name, (_, _, r, _) in columns.items()}

    def row(title, times, end=""):
        median = statistics.median(times)
        print(f"{title:30}{median:8.2f}{options.batch_size / median * 1000:10.0f}  {end}".rstrip())

    print(f"{'pairs, in ms/step':29}gan-train      peer  ratio")
    for name in columns:
        for ours, theirs, r, _ in pairs[name]:
            print(f"{name:30}{ours:8.2f}{theirs:10.2f}{r:7.2f}")
    print(f"{'medians':31}ms/step  images/s  ratio, least and greatest")
    row("gan-train", [pair[0] for name in columns for pair in pairs[name]])
    for name, (_, theirs, _, versions) in columns.items():
        row(f"{name:15}{versions[0]}", theirs, ratio[name])
    fastest = min(columns, key=lambda name: statistics.median(columns[name][1]))
    fewest = min(map(len, pairs.values()))
    print(f"against the fastest peer, {fastest}: {ratio[fastest]}; below 1 gan-train is faster"
          + (f"\nfewer than {PAIRS} pairs: a rough figure" if fewest < PAIRS else ""))
    return fewest == options.rounds


def parse_options():
    def positive(text):
        if not text.isdecimal() or int(text) == 0:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
        return int(text)

    def peer_names(text):
        for name in text.split(","):
            if name not in PEERS:
                raise argparse.ArgumentTypeError(f"no peer {name!r}; there are {', '.join(PEERS)}")
        return list(dict.fromkeys(text.split(",")))

    parser = argparse.ArgumentParser(
        description="Time gan-train's training step against the same step in other libraries.")
    add = parser.add_argument
    add("--batch-size", type=positive, default=128, help="default: 128")
    add("--threads", type=positive, help="of gan-train and of each peer; default: all usable cores")
    add("--rounds", type=positive, default=PAIRS,
        help=f"pairs of new processes for each peer; default: {PAIRS}, and fewer are rough")
    add("--steps", type=positive, default=50, help="timed in a process; default: 50")
    add("--peers", type=peer_names, default=list(PEERS), metavar="NAME,…",
        help=f"some of {','.join(PEERS)}; default: those installed")
    add("--data", type=pathlib.Path, metavar="DIR",
        help="MNIST-format images; default: data/mnist, else data/digits")
    add("--program", type=pathlib.Path, metavar="PATH",
        help="gan-train; default: the checkout's release build, else its debug build")
    add("--check", type=positive, nargs="?", const=5, metavar="STEPS",
        help="time nothing, but compare the losses of the first STEPS (5) with gan-train's")
    options = parser.parse_args()
    builds = [CHECKOUT / ".build" / build / "gan-train" for build in ("release", "debug")]
    sets = [CHECKOUT / "data" / name for name in ("mnist", "digits")]
    if options.program is None and not any(map(pathlib.Path.is_file, builds)):
        parser.error("gan-train is not built: run swift build -c release, or name a --program")
    options.program = (options.program or next(filter(pathlib.Path.is_file, builds))).absolute()
    options.data = options.data or next(filter(image_file, sets), sets[0])
    if not options.program.is_file():
        parser.error(f"--program {options.program}: no such file")
    if image_file(options.data) is None:
        parser.error(f"--data {options.data}: no file of training images such as "
                     "train-images-idx3-ubyte.gz there")
    return options


def main():
    options = parse_options()
    installed = [name for name in options.peers if importlib.util.find_spec(PEERS[name][0])]
    if not installed:
        sys.exit("no peer is installed: try pip install torch, jax or tensorflow-cpu")
    report = bench(options, 1)  # also tells how many threads gan-train takes by itself
    options.threads = report["threads"]
    if hasattr(os, "sched_setaffinity"):  # JAX takes a thread a core, and has no other setting
        cores = sorted(os.sched_getaffinity(0))
        if options.threads > len(cores):
            sys.exit(f"--threads {options.threads}: this process may use {len(cores)} cores")
        os.sched_setaffinity(0, cores[:options.threads])
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    kernel_setting = os.environ.get("OPENBLAS_CORETYPE")
    print(f"batch {options.batch_size}, threads: {options.threads}, data: {options.data}, "
          f"gan-train with {report['kernel']} kernels"
          + (f" (OPENBLAS_CORETYPE={kernel_setting} is set)" if kernel_setting else ""), flush=True)
    agree = check(options, installed) if options.check else compare(options, installed)
    for name in options.peers:
        if name not in installed:
            print(f"{name:15}not installed")
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
