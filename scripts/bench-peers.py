#!/usr/bin/env python3
"""Time gan-train's training step against the same step in PyTorch, JAX and TensorFlow.

A GAN's step is the one of docs/design.md: new real images by a shuffled order, new noise, Adam on
the discriminator, then on the generator through the updated discriminator, both losses read as
numbers. A classifier's, with --kind classifier: new images and labels by a shuffled order, the
mean cross-entropy, SGD or Adam on the network, the loss read as a number (not in TensorFlow).

Processes of one program differ in speed, so every timing has a new one: in a pair, one of
gan-train, then one of the peer, which compiles, warms up, times and ends. A pair's ratio is fair
though the machine's speed drifts, and the median of at least seven evens out the processes.

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
CLASSIFIER_RATES, CLASSIFIER_BETA1 = {"sgd": 0.1, "adam": 0.001}, 0.9
COMMANDS = {"gan": "train", "classifier": "classify"}  # gan-train's
LOSSES = {"gan": ["d_loss", "g_loss"], "classifier": ["train_loss"]}  # the columns of steps.csv
WARM_UP_STEPS, PAIRS = 10, 7
# Of a loss in --check: every library rounds differently, and training amplifies it step by step.
TOLERANCE = 1e-4
# For a peer's process, with compilation. JAX has been seen to hang in its start.
PEER_SECONDS = 300


# gan-train's data and random numbers

def data_file(directory, content="images-idx3"):
    """The training images or labels in `directory`, by any of MNIST's names; None without."""
    names = [f"train-{content.replace('-', dot)}-ubyte{end}" for dot in "-." for end in ("", ".gz")]
    return next((directory / name for name in names if (directory / name).is_file()), None)


def read_file(path):
    """The bytes of an IDX file."""
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def load_images(directory):
    """All training images, float32 [count, pixels] in [-1, 1]."""
    data = read_file(data_file(directory))
    count, rows, columns = np.frombuffer(data, ">u4", count=3, offset=4).tolist()
    pixels = np.frombuffer(data, np.uint8, offset=16).reshape(count, rows * columns)
    return pixels * np.float32(1 / 127.5) - np.float32(1)


def load_labels(directory):
    """All training labels, int64 [count]."""
    data = read_file(data_file(directory, "labels-idx1"))
    return np.frombuffer(data, np.uint8, offset=8).astype(np.int64)


WEIGHTS_G, WEIGHTS_D, SHUFFLING, NOISE, WEIGHTS_C = 0, 1, 2, 3, 5  # what a stream is for


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


def initial_network(purpose, sizes, is_relu=True):
    """Weights [inputs, outputs] and biases [outputs] of every layer, by --init xavier-he."""
    layers = []
    for index, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        is_he = is_relu and index < len(sizes) - 2  # (leaky) ReLU follows; else Xavier's rule
        deviation = np.sqrt(np.float32(2 / (inputs if is_he else inputs + outputs)))
        weights = normals(purpose, index, inputs, outputs) * deviation
        layers.append((weights, np.zeros(outputs, np.float32)))
    return layers


# The peers: each function for a GAN takes a list of two networks as above and returns
# step(real [batch, pixels], noise [batch, LATENT], or None to draw it) -> (d_loss, g_loss).
# As in gan-train, real images and fakes pass the discriminator as one batch, which is faster.
# Each for a classifier takes a list of one network and returns
# step(images [batch, pixels], labels [batch]) -> (loss,).

def torch_network(layers, activation, *end):
    import torch

    modules = []
    for weights, biases in layers:
        linear = torch.nn.Linear(*weights.shape)
        state = {"weight": weights.T, "bias": biases}
        linear.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in state.items()})
        modules += [linear, activation]
    return torch.nn.Sequential(*modules[:-1], *end)


def torch_gan(networks, options, fused, compiled):
    import torch
    from torch.nn.functional import softplus

    def adam(network):
        return torch.optim.Adam(network.parameters(), RATE, (BETA1, BETA2), EPSILON, fused=fused)

    def discriminator_loss(real, fake):
        logits = d(torch.cat([real, fake]))
        return softplus(-logits[:batch]).mean() + softplus(logits[batch:]).mean()

    def generator_loss(fake):
        return softplus(-d(fake)).mean()

    torch.set_num_threads(options.threads)
    batch, leaky_relu = options.batch_size, torch.nn.LeakyReLU(SLOPE, inplace=True)
    g = torch_network(networks[0], leaky_relu, torch.nn.Tanh())
    d = torch_network(networks[1], leaky_relu)
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


def torch_classifier(networks, options, fused, compiled):
    import torch
    from torch.nn.functional import cross_entropy

    def mean_loss(images, labels):
        return cross_entropy(network(images), labels)

    torch.set_num_threads(options.threads)
    activations = {"relu": torch.nn.ReLU(inplace=True), "tanh": torch.nn.Tanh(),
                   "sigmoid": torch.nn.Sigmoid()}
    network = torch_network(networks[0], activations[options.activation])
    if options.optimizer == "adam":
        optimizer = torch.optim.Adam(network.parameters(), options.learning_rate,
                                     (CLASSIFIER_BETA1, BETA2), EPSILON, fused=fused)
    else:
        optimizer = torch.optim.SGD(network.parameters(), options.learning_rate, fused=fused)
    if compiled:
        mean_loss = torch.compile(mean_loss)

    def step(images, labels):
        optimizer.zero_grad()
        loss = mean_loss(torch.from_numpy(images), torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        return (loss.item(),)

    return step


# JAX takes as many threads as cores.

def jax_forward(layers, x, activation):
    for weights, biases in layers[:-1]:
        x = activation(x @ weights + biases)
    return x @ layers[-1][0] + layers[-1][1]


def jax_start(layers):
    """A network with Adam's moments."""
    from jax import numpy as jnp
    from jax import tree

    return tree.map(jnp.array, layers), *(tree.map(jnp.zeros_like, layers) for _ in "mv")


def jax_adam(network, slope, count, rate, beta1):
    from jax import numpy as jnp
    from jax import tree

    layers, m, v = network
    m = tree.map(lambda m, s: beta1 * m + (1 - beta1) * s, m, slope)
    v = tree.map(lambda v, s: BETA2 * v + (1 - BETA2) * s * s, v, slope)
    bias1, bias2 = (-jnp.expm1(count * math.log(beta)) for beta in (beta1, BETA2))
    layers = tree.map(
        lambda p, m, v: p - rate / bias1 * m / (jnp.sqrt(v / bias2) + EPSILON), layers, m, v)
    return layers, m, v


def jax_step(update, *state):
    """A step by update(*state, *batch) -> (new state, losses)."""
    import jax

    compiled = jax.jit(update, donate_argnums=tuple(range(len(state))))

    def step(*batch):
        nonlocal state
        state, losses = compiled(*state, *batch)
        return tuple(float(loss) for loss in losses)

    return step


def jax_gan(networks, options):
    import jax
    from jax import numpy as jnp
    from jax.nn import leaky_relu, softplus

    batch = options.batch_size

    def forward(layers, x):
        return jax_forward(layers, x, lambda x: leaky_relu(x, SLOPE))

    def discriminator_loss(layers, images):
        logits = forward(layers, images)
        return softplus(-logits[:batch]).mean() + softplus(logits[batch:]).mean()

    def update(g, d, count, key, real, noise=None):
        key, subkey = jax.random.split(key)
        noise = jax.random.normal(subkey, (batch, LATENT)) if noise is None else noise
        fake, pull_back = jax.vjp(lambda layers: jnp.tanh(forward(layers, noise)), g[0])
        images = jnp.concatenate([real, fake])
        d_loss, slope = jax.value_and_grad(discriminator_loss)(d[0], images)
        d = jax_adam(d, slope, count + 1, RATE, BETA1)
        g_loss, slope = jax.value_and_grad(lambda x: softplus(-forward(d[0], x)).mean())(fake)
        g = jax_adam(g, pull_back(slope)[0], count + 1, RATE, BETA1)
        return (g, d, count + 1, key), (d_loss, g_loss)

    return jax_step(update, *map(jax_start, networks), jnp.float32(0), jax.random.key(0))


def jax_classifier(networks, options):
    import jax
    from jax import numpy as jnp
    from jax import tree

    activations = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}
    rate = options.learning_rate

    def mean_loss(layers, images, labels):
        logits = jax_forward(layers, images, activations[options.activation])
        chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1)
        return -chosen.mean()

    def update(network, count, images, labels):
        loss, slope = jax.value_and_grad(mean_loss)(network[0], images, labels)
        if options.optimizer == "adam":
            network = jax_adam(network, slope, count + 1, rate, CLASSIFIER_BETA1)
        else:
            network = tree.map(lambda p, s: p - rate * s, network[0], slope), *network[1:]
        return (network, count + 1), (loss,)

    return jax_step(update, jax_start(networks[0]), jnp.float32(0))


def tensorflow_gan(networks, options):
    import tensorflow as tf
    from tensorflow.nn import softplus

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    batch = options.batch_size
    g, d = ([tf.Variable(array) for layer in network for array in layer]
            for network in networks)
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


TORCH = {"gan": torch_gan, "classifier": torch_classifier}
PEERS = {  # name: (module, function of a kind, its options)
    "torch-eager": ("torch", TORCH, {"fused": False, "compiled": False}),
    "torch-fused": ("torch", TORCH, {"fused": True, "compiled": False}),
    "torch-compile": ("torch", TORCH, {"fused": True, "compiled": True}),
    "jax": ("jax", {"gan": jax_gan, "classifier": jax_classifier}, {}),
    "tensorflow": ("tensorflow", {"gan": tensorflow_gan}, {}),
}


# In a peer's process

def time_steps(step, data, options):
    """Milliseconds a step, after the first ones, which compile and warm up."""
    order = np.random.default_rng().permutation(len(data[0]))
    for count in WARM_UP_STEPS, options.steps:
        start = time.perf_counter()
        for batch in np.resize(order, (count, options.batch_size)):
            step(*(array[batch] for array in data))
    return (time.perf_counter() - start) * 1000 / options.steps


def first_losses(step, data, options):
    """The losses with gan-train's batches and noise, [steps, losses]."""
    size, losses = options.batch_size, []
    for number, batch in enumerate(first_batches(len(data[0]), options.check, size), start=1):
        noise = [normals(NOISE, number, size, LATENT)] if options.kind == "gan" else []
        losses.append(step(*(array[batch] for array in data), *noise))
    return np.array(losses)


def start_peer(function, name, options):
    """The version of the peer's library, and what one of the functions above finds."""
    module, makers, settings = PEERS[name]
    data = [load_images(options.data)]
    pixels = data[0].shape[1]
    if options.kind == "gan":
        networks = [initial_network(WEIGHTS_G, [LATENT, *GENERATOR_LAYERS, pixels]),
                    initial_network(WEIGHTS_D, [pixels, *DISCRIMINATOR_LAYERS, 1])]
    else:
        data.append(load_labels(options.data))
        sizes = [pixels, *options.hidden_layers, int(data[1].max()) + 1]
        networks = [initial_network(WEIGHTS_C, sizes, options.activation == "relu")]
    step = makers[options.kind](networks, options, **settings)
    return sys.modules[module].__version__, function(step, data, options)


def in_new_process(function, name, options):
    """What start_peer returns in a new process; None for both when it fails or hangs."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(start_peer, function, name, options).result(PEER_SECONDS)
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
    if options.kind == "classifier":
        command += ["--hidden-layers", ",".join(map(str, options.hidden_layers)),
                    "--activation", options.activation, "--optimizer", options.optimizer,
                    "--learning-rate", options.learning_rate]
    result = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"gan-train {arguments[0]} ended with status {result.returncode}")
    return result.stdout


def bench(options, steps):
    """What gan-train tells of one round of `steps` steps."""
    return json.loads(gan_train(options, "bench", COMMANDS[options.kind], "--json",
                                "--rounds", 1, "--round-steps", steps))


def losses_of_gan_train(options):
    """gan-train's first losses, [steps, losses]."""
    steps = options.check
    with tempfile.TemporaryDirectory() as directory:
        gan_train(options, COMMANDS[options.kind], "--seed", 0, "--init", "xavier-he", "--quiet",
                  "--epochs", 1, "--log-every", 1, "--max-steps", steps, "--run-dir", directory)
        with pathlib.Path(directory, "steps.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
    if len(rows) < steps:
        sys.exit(f"--check {steps}: must be at most {len(rows)}, the steps of an epoch")
    return np.array([[float(row[column]) for column in LOSSES[options.kind]] for row in rows])


def check(options, names):
    """Prints how far every peer's losses are from gan-train's; whether all are near."""
    expected = losses_of_gan_train(options)
    print(f"greatest relative difference from gan-train's losses in {options.check} steps:")
    agree = True
    for name in names:
        _, found = in_new_process(first_losses, name, options)
        if found is None:
            agree = False
            continue
        worst = (abs(found - expected) / abs(expected)).max(axis=0)
        good = worst.max() <= TOLERANCE and np.isfinite(found).all()
        agree = agree and good
        columns = "".join(f"{c} {w:.1e}  " for c, w in zip(LOSSES[options.kind], worst))
        print(f"{name:15}{columns}"
              + ("ok" if good else f"DIFFERS by more than {TOLERANCE:g}"), flush=True)
    return agree


def compare(options, names):
    """Times gan-train and every peer in pairs, and prints them; whether no peer failed."""
    pairs = {name: [] for name in names}  # ms of gan-train, ms of the peer, ratio, its version
    for number in range(1, options.rounds + 1):
        for name in names:
            print(f"round {number} of {options.rounds}: {name}", file=sys.stderr)
            ours = bench(options, options.steps)["ms_per_step"]
            version, theirs = in_new_process(time_steps, name, options)
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

    def layer_sizes(text):
        return [positive(size) for size in text.split(",")]

    def rate(text):
        try:
            if 0 < float(text) < math.inf:
                return float(text)
        except ValueError:
            pass
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")

    parser = argparse.ArgumentParser(
        description="Time gan-train's training step against the same step in other libraries.")
    add = parser.add_argument
    add("--kind", choices=list(COMMANDS), default="gan", help="whose step; default: gan")
    add("--hidden-layers", type=layer_sizes, metavar="N,…",
        help="the classifier's; default: 512,512")
    add("--activation", choices=["relu", "tanh", "sigmoid"],
        help="of the classifier's hidden layers; default: relu")
    add("--optimizer", choices=list(CLASSIFIER_RATES), help="the classifier's; default: sgd")
    add("--learning-rate", type=rate, metavar="RATE",
        help="the classifier's; default: sgd 0.1, adam 0.001")
    add("--batch-size", type=positive, default=128, help="default: 128")
    add("--threads", type=positive, help="of gan-train and of each peer; default: all usable cores")
    add("--rounds", type=positive, default=PAIRS,
        help=f"pairs of new processes for each peer; default: {PAIRS}, and fewer are rough")
    add("--steps", type=positive, default=50, help="timed in a process; default: 50")
    add("--peers", type=peer_names, metavar="NAME,…",
        help=f"some of {','.join(PEERS)}; default: those installed that have the kind")
    add("--data", type=pathlib.Path, metavar="DIR",
        help="MNIST-format images; default: data/mnist, else data/digits")
    add("--program", type=pathlib.Path, metavar="PATH",
        help="gan-train; default: the checkout's release build, else its debug build")
    add("--check", type=positive, nargs="?", const=5, metavar="STEPS",
        help="time nothing, but compare the losses of the first STEPS (5) with gan-train's")
    options = parser.parse_args()
    if options.kind == "classifier":
        options.hidden_layers = options.hidden_layers or [512, 512]
        options.activation = options.activation or "relu"
        options.optimizer = options.optimizer or "sgd"
        options.learning_rate = options.learning_rate or CLASSIFIER_RATES[options.optimizer]
    elif options.hidden_layers or options.activation or options.optimizer or options.learning_rate:
        parser.error("--hidden-layers, --activation, --optimizer and --learning-rate are for "
                     "--kind classifier")
    able = [name for name, (_, makers, _) in PEERS.items() if options.kind in makers]
    options.peers = options.peers or able
    for name in options.peers:
        if name not in able:
            parser.error(f"--peers: {name} has no step of --kind {options.kind} here; "
                         f"there are {', '.join(able)}")
    builds = [CHECKOUT / ".build" / build / "gan-train" for build in ("release", "debug")]
    sets = [CHECKOUT / "data" / name for name in ("mnist", "digits")]
    if options.program is None and not any(map(pathlib.Path.is_file, builds)):
        parser.error("gan-train is not built: run swift build -c release, or name a --program")
    options.program = (options.program or next(filter(pathlib.Path.is_file, builds))).absolute()
    options.data = options.data or next(filter(data_file, sets), sets[0])
    if not options.program.is_file():
        parser.error(f"--program {options.program}: no such file")
    if data_file(options.data) is None:
        parser.error(f"--data {options.data}: no file of training images such as "
                     "train-images-idx3-ubyte.gz there")
    if options.kind == "classifier" and data_file(options.data, "labels-idx1") is None:
        parser.error(f"--data {options.data}: no file of training labels such as "
                     "train-labels-idx1-ubyte.gz there")
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
    if options.kind == "classifier":
        print(f"classifier: hidden layers {','.join(map(str, options.hidden_layers))}, "
              f"{options.activation}, {options.optimizer} {options.learning_rate:g}")
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
