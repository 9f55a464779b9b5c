#!/usr/bin/env python3
"""Make the small synthetic digit data set in data/digits.

Every image starts from the centre line of a digit: either a pen path written
down below as control points (PEN_PATHS), or the skeleton of a glyph of a free
handwriting-like font. The line is bent (jitter, elastic distortion, affine),
drawn with a pen of smoothly varying width, and normalised as MNIST is: scaled
into a 20 x 20 box, placed by centre of mass in 28 x 28. Image i of a split
depends only on (seed, split, i), so a run is reproducible byte for byte with
the same fonts and libraries, and train and test never share a random stream.

Needs Pillow, NumPy, SciPy, and these Debian packages, by licence of the font:
  SIL Open Font License: fonts-breip, fonts-bwht, fonts-comic-neue,
    fonts-dancingscript, fonts-dkg-handwriting, fonts-havana, fonts-humor-sans,
    fonts-klee, fonts-kristi, fonts-seto, fonts-smc-chilanka,
    fonts-tomsontalks, fonts-yusei-magic
  GPL with font exception: fonts-rufscript, fonts-sjfonts, fonts-tlwg-purisa-ttf
  3-clause BSD: fonts-kiloji
"""

import argparse
import gzip
import pathlib
import struct
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

FONT_ROOT = pathlib.Path("/usr/share/fonts")
FONTS = {  # Debian package: font files below FONT_ROOT
    "fonts-breip": ["truetype/breip/Breip.ttf"],
    "fonts-bwht": [f"opentype/bwht/BecauseWe{verb}-Regular.otf" for verb in
                   ("Build", "Connect", "Create", "Learn", "Mentor", "Organize")],
    "fonts-comic-neue": ["opentype/comic-neue/ComicNeue-Regular.otf"],
    "fonts-dancingscript": ["opentype/dancingscript/DancingScript-Regular.otf"],
    "fonts-dkg-handwriting": ["truetype/fifthhorseman/dkg.ttf"],
    "fonts-havana": ["opentype/havana/Havana-Regular.otf"],
    "fonts-humor-sans": ["truetype/humor-sans/Humor-Sans.ttf"],
    "fonts-kiloji": ["truetype/kiloji/kiloji.ttf", "truetype/kiloji/kiloji_d.ttf"],
    "fonts-klee": ["truetype/klee/KleeOne-Regular.ttf"],
    "fonts-kristi": ["truetype/kristi/Kristi.ttf"],
    "fonts-rufscript": ["truetype/rufscript/Rufscript010.ttf"],
    "fonts-seto": ["truetype/seto/setofont.ttf"],
    "fonts-sjfonts": ["truetype/sjfonts/Delphine.ttf", "truetype/sjfonts/SteveHand.ttf"],
    "fonts-smc-chilanka": ["opentype/malayalam/Chilanka-Regular.otf"],
    "fonts-tlwg-purisa-ttf": ["truetype/tlwg/Purisa.ttf"],
    "fonts-tomsontalks": ["truetype/tomsontalks/TomsonTalks.ttf"],
    "fonts-yusei-magic": ["truetype/yusei-magic/YuseiMagic-Regular.ttf"],
}
# Glyphs few people would write: open or slashed zeros, a 1 like a Lambda, ...
EXCLUDED = {("Breip", 0), ("setofont", 0), ("Delphine", 1), ("BecauseWeLearn-Regular", 6),
            ("Havana-Regular", 6), ("dkg", 8), ("Delphine", 8), ("Havana-Regular", 9)}

# Ways to write each digit, as "x,y" control points with y downwards, 0...100
# from top to bottom. "|" lifts the pen; a point given twice makes a corner.
PEN_PATHS = {
    0: ["56,6 36,2 14,14 4,48 14,84 36,98 60,86 70,50 62,16 42,3 28,6",
        "62,14 46,4 28,4 10,24 4,60 16,90 36,98 60,84 70,50 64,20 48,6 32,16",
        "36,4 16,14 4,42 10,80 36,98 62,84 72,50 64,18 40,4 26,6",
        "30,4 8,25 3,65 22,97 48,86 58,45 46,12 36,8",
        "42,3 20,12 4,40 10,76 32,97 60,88 76,58 72,24 54,8 36,4",
        "40,10 24,4 8,20 3,52 12,86 34,97 54,82 60,48 50,14 36,2 20,8"],
    1: ["30,2 30,98", "33,2 30,50 29,98", "30,2 31,40 29,98", "28,2 32,60 31,98",
        "34,2 30,30 28,98", "30,2 30,98", "30,2 29,60 30,98", "34,2 31,50 26,98",
        "20,14 34,2 34,2 31,98", "10,24 32,2 32,2 32,97 | 8,97 58,97"],
    2: ["6,24 20,4 46,6 54,28 36,58 4,96 4,96 60,94",
        "6,22 24,3 50,12 48,42 28,78 8,92 4,80 16,74 34,88 62,94",
        "8,28 14,8 38,2 54,20 44,50 22,78 2,97 2,97 24,90 44,96 64,88",
        "6,14 34,4 52,12 44,40 6,95 6,95 70,92",
        "4,30 22,8 46,10 48,36 30,70 10,90 2,78 12,70 30,84 60,96 76,86",
        "2,20 30,8 48,20 36,54 8,86 8,86 44,84 84,80", "2,10 24,4 58,8 52,30 4,86 4,86 40,84 90,86",
        "6,30 24,8 50,14 50,40 32,76 12,90 6,80 18,76 36,92 66,88",
        "2,14 28,6 56,14 44,44 8,78 14,92 30,80 54,88 84,84"],
    3: ["8,14 28,2 50,14 44,36 22,46 22,46 50,56 56,80 30,98 4,88",
        "8,6 54,4 54,4 26,40 26,40 54,54 54,84 28,98 4,88",
        "8,20 24,4 48,10 48,34 28,48 20,44 28,42 52,56 56,82 32,98 6,86",
        "10,12 34,2 50,16 40,38 26,44 26,44 48,58 46,88 20,98 2,90",
        "4,14 30,3 58,12 48,34 26,42 26,42 54,52 54,78 30,94 0,98",
        "2,12 34,2 62,12 50,34 24,44 24,44 58,54 60,76 34,94 0,92"],
    4: ["10,4 4,46 8,56 54,52 | 50,4 44,98", "8,6 4,40 14,54 36,50 52,40 | 54,2 52,50 46,98",
        "42,2 4,62 4,62 62,60 | 42,2 42,98", "14,6 6,50 6,50 60,48 | 46,6 40,98",
        "6,6 2,36 16,50 52,40 52,40 60,4 60,4 50,98", "40,2 2,60 2,60 58,54 | 44,28 38,98",
        "14,8 2,44 8,54 70,46 | 60,4 48,98", "16,12 8,44 20,54 62,42 | 56,2 44,98"],
    5: ["12,4 8,42 8,42 34,36 56,58 46,90 22,98 2,88 | 12,4 54,2",
        "56,3 16,5 16,5 9,44 9,44 36,38 56,62 42,92 6,94", "56,6 20,8 10,34 34,48 52,70 36,94 4,92",
        "26,20 18,48 18,48 40,46 50,70 32,94 2,90 | 26,20 50,14 92,4",
        "24,8 16,44 16,44 42,48 48,74 26,96 0,92 | 24,8 72,4",
        "70,8 24,12 24,12 14,46 14,46 42,50 44,76 20,96 0,88"],
    6: ["46,2 18,30 4,68 18,96 44,92 54,70 38,54 16,62 8,78",
        "30,2 10,40 6,78 24,98 50,84 48,60 28,54 10,70",
        "50,4 24,22 6,60 10,90 32,98 50,82 44,64 24,66 14,84",
        "20,2 8,46 6,80 26,98 52,88 50,64 30,58 8,74",
        "40,2 14,36 4,74 20,97 46,90 48,66 28,60 8,80",
        "26,4 8,40 4,80 26,98 58,84 60,64 40,60 18,84"],
    7: ["4,10 54,6 54,6 34,50 24,98", "4,8 54,8 54,8 40,50 34,98",
        "4,10 54,6 54,6 34,50 24,98 | 14,52 54,46", "6,24 8,8 8,8 58,6 58,6 30,98",
        "4,14 24,8 56,10 56,10 42,46 36,98", "4,16 20,6 36,12 56,4 56,4 38,46 30,98",
        "2,16 36,6 64,6 64,6 42,44 30,98", "6,22 8,8 8,8 58,6 58,6 34,98 | 18,54 56,50"],
    8: ["50,16 30,3 10,18 22,42 48,62 46,90 24,98 6,84 16,60 44,40 52,18",
        "36,4 12,14 18,36 46,56 52,82 30,98 8,84 16,58 46,36 50,14 34,3",
        "30,46 10,28 28,3 50,22 32,46 6,70 28,98 56,76 30,46",
        "52,8 28,2 8,20 24,44 50,68 34,97 10,88 18,60 40,40 58,10",
        "60,14 36,4 12,18 26,40 48,60 42,88 20,96 4,84 14,64 40,46 64,20"],
    9: ["50,18 30,4 8,20 12,44 34,46 50,20 50,20 48,60 42,98",
        "48,12 26,3 6,24 16,46 40,40 50,14 50,14 46,98",
        "50,20 28,4 8,24 20,46 46,36 52,16 52,50 44,86 22,98 10,92",
        "46,20 30,2 8,20 14,44 36,44 50,14 48,50 30,98",
        "52,16 30,6 4,26 14,44 36,40 52,16 52,16 44,56 34,98",
        "54,10 32,8 6,30 12,46 34,38 52,14 42,56 26,98"],
}
PEN_SHARE = 0.7  # share of images drawn from PEN_PATHS; the rest from fonts


def spline(points, steps=12):
    """Catmull-Rom curve through points (n, 2), as a polyline (m, 2)."""
    p = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:]):
        tangent_b, tangent_c = (c - a) / 2, (d - b) / 2
        u = 1 - t
        pieces.append(b * u**2 * (1 + 2 * t) + c * t**2 * (1 + 2 * u)
                      + tangent_b * t * u**2 - tangent_c * t**2 * u)
    return np.concatenate(pieces + [points[-1:]])


def pen_segments(path, rng):
    """Jittered curve of a PEN_PATHS entry, as line segments (n, 2, 2)."""
    segments = []
    for stroke in path.split("|"):
        points = np.array([xy.split(",") for xy in stroke.split()], float)
        doubled = np.all(points[1:] == points[:-1], axis=1)
        jitter = rng.normal(0, 2.5, points.shape)
        jitter[1:][doubled] = jitter[:-1][doubled]  # keep a corner a corner
        points += jitter + rng.normal(0, 2, 2)
        # Splitting at the doubled points ends one spline and starts the next.
        for part in np.split(points, np.flatnonzero(doubled) + 1):
            line = spline(part)
            segments.append(np.stack([line[:-1], line[1:]], axis=1))
    return np.concatenate(segments)


def skeleton(mask):
    """Thin a boolean image to one-pixel lines (Zhang and Suen, 1984)."""
    image = np.pad(mask, 1)
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            ring = [np.roll(image, shift, (0, 1)) for shift in
                    ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))]
            north, east, south, west = ring[0], ring[2], ring[4], ring[6]
            count = sum(r.astype(int) for r in ring)
            rises = sum((~a & b).astype(int) for a, b in zip(ring, ring[1:] + ring[:1]))
            if first:
                keep = (north & east & south) | (east & south & west)
            else:
                keep = (north & east & west) | (north & south & west)
            drop = image & (count >= 2) & (count <= 6) & (rises == 1) & ~keep
            image &= ~drop
            changed |= bool(drop.any())
    return image[1:-1, 1:-1]


def glyph_segments(font, digit):
    """Skeleton of a glyph, as line segments (n, 2, 2), height about 100."""
    canvas = Image.new("L", (400, 400))
    ImageDraw.Draw(canvas).text((100, 300), str(digit), 255, font=font, anchor="ls")
    canvas = canvas.crop(canvas.getbbox())
    scale = 120 / max(canvas.size)
    canvas = canvas.resize([max(1, round(side * scale)) for side in canvas.size])
    # Blurring first rounds the corners, which would each grow a spur.
    mask = ndimage.gaussian_filter(np.pad(np.asarray(canvas, float), 8), 2.0) > 110
    rows, columns = np.nonzero(skeleton(mask))
    points = np.stack([columns, rows], axis=1).astype(float)
    gap = np.abs(points[:, None] - points[None]).max(axis=2)
    near = gap <= 1
    # Averaging each point with its neighbours takes out the pixel stairs.
    for _ in range(3):
        points = near @ points / near.sum(axis=1, keepdims=True)
    return points[np.argwhere(np.triu(near, 1))] * (100 / 120)


def load_fonts():
    """List, per digit, of the skeletons of all fonts that offer the digit."""
    glyphs = [[] for _ in range(10)]
    for package, name in [(key, name) for key, names in FONTS.items() for name in names]:
        path = FONT_ROOT / name
        if not path.is_file():
            sys.exit(f"make-digits: {path} is missing; install the Debian package {package}")
        font = ImageFont.truetype(path, 160, layout_engine=ImageFont.Layout.BASIC)
        for digit in range(10):
            if (path.stem, digit) not in EXCLUDED:
                glyphs[digit].append(glyph_segments(font, digit))
    return glyphs


def affine(segments, rng):
    """Random aspect, shear and rotation about the middle, which becomes 0."""
    flat = segments.reshape(-1, 2)
    segments = segments - (flat.min(axis=0) + flat.max(axis=0)) / 2
    aspect = np.exp(np.clip(rng.normal(0.12, 0.17), -0.25, 0.45))
    shear = np.clip(rng.normal(0.16, 0.22), -0.3, 0.55)  # positive leans right, as most hands do
    angle = rng.normal(0.0, 0.09)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return segments @ (turn @ np.array([[aspect, -shear], [0, 1]])).T


def smooth_noise(rng, size, sigma):
    """Gaussian-smoothed noise field (size, size), rescaled to unit deviation."""
    field = ndimage.gaussian_filter(rng.normal(size=(size, size)), sigma, mode="wrap")
    return (field - field.mean()) / field.std()


def elastic(segments, rng):
    """Elastic distortion (Simard et al., 2003) of the segment end points."""
    at = (segments.reshape(-1, 2).T[::-1] + 80) / 5  # 160 units on a 32 x 32 grid
    strength = rng.uniform(1.5, 5.0)
    moves = [ndimage.map_coordinates(smooth_noise(rng, 32, 5.0), at, order=1, mode="nearest")
             for _ in range(2)]
    return segments + strength * np.stack(moves, axis=1).reshape(segments.shape)


SCALE = 5  # the digit is drawn this many times larger than its final size


def ink(segments, rng):
    """Draw segments with a pen; returns a float image in 0...1, uncropped."""
    width = SCALE * np.clip(np.exp(rng.normal(0.85, 0.27)), 1.2, 4.0)
    flat = segments.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scale = (20 * SCALE - width) / (high - low).max()
    margin = 2 * SCALE + width
    size = 20 * SCALE + 2 * int(margin)
    canvas = Image.new("1", (size, size))
    draw = ImageDraw.Draw(canvas)
    for a, b in (segments - low) * scale + margin:
        draw.line([tuple(a), tuple(b)], fill=1)
    distance = ndimage.distance_transform_edt(~np.asarray(canvas))
    # Slow changes are pressure and pen angle, fast ones the paper's grain.
    pressure = 1 + 0.10 * smooth_noise(rng, size, 3.0 * SCALE)
    radius = width / 2 * np.clip(pressure, 0.7, 1.4) + 0.5 * smooth_noise(rng, size, 2.0)
    return np.clip(radius - distance + 0.5, 0, 1)


def normalise(image, rng):
    """Fit ink into 20 x 20, place its centre of mass in uint8 (28, 28)."""
    rows, columns = np.nonzero(image > 0.25)
    image = image[rows.min():rows.max() + 1, columns.min():columns.max() + 1]
    scale = 20 / max(image.shape)
    height, width = (max(1, round(side * scale)) for side in image.shape)
    small = Image.fromarray(image.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    # Blurred before it is placed, so that the ink stays within the 20 x 20 box.
    # Gain saturates the middle of the stroke; the offset cuts off the blur's tail.
    small = ndimage.gaussian_filter(np.asarray(small), rng.uniform(0.15, 0.45), mode="constant")
    field = np.zeros((56, 56))
    field[18:18 + height, 18:18 + width] = np.clip(small * rng.uniform(1.0, 1.25) - 0.04, 0, 1)
    y, x = (round(float(c)) - 14 for c in ndimage.center_of_mass(field))
    return np.round(255 * field[y:y + 28, x:x + 28]).astype(np.uint8)


def make_image(digit, glyphs, rng):
    """One image of a digit, uint8 (28, 28), white on black."""
    if rng.random() < PEN_SHARE:
        paths = PEN_PATHS[digit]
        segments = pen_segments(paths[rng.integers(len(paths))], rng)
    else:
        segments = glyphs[digit][rng.integers(len(glyphs[digit]))]
    return normalise(ink(elastic(affine(segments, rng), rng), rng), rng)


def make_split(seed, split, count, glyphs):
    """Images uint8 (count, 28, 28) and balanced labels uint8 (count,)."""
    labels = np.random.default_rng([seed, split, 0]).permutation(np.arange(count) % 10)
    images = [make_image(label, glyphs, np.random.default_rng([seed, split, 1, index]))
              for index, label in enumerate(labels)]
    return np.array(images, np.uint8).reshape(-1, 28, 28), labels.astype(np.uint8)


def write_idx(path, array):
    """Write a uint8 array as gzipped IDX, with neither time nor file name."""
    header = struct.pack(f">{array.ndim + 1}I", 0x800 + array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), 9, mtime=0))


def write_sheet(path, images, rows=14, columns=20, zoom=2):
    """Write the first rows x columns images as one enlarged picture."""
    images = np.concatenate([images, np.zeros((rows * columns, 28, 28), np.uint8)])
    grid = images[:rows * columns].reshape(rows, columns, 28, 28).swapaxes(1, 2)
    sheet = Image.fromarray(grid.reshape(rows * 28, columns * 28))
    sheet.resize((sheet.width * zoom, sheet.height * zoom), Image.Resampling.BICUBIC).save(path)


def main():
    parser = argparse.ArgumentParser(description="Make the synthetic digit data set.")
    default = pathlib.Path(__file__).resolve().parent.parent / "data" / "digits"
    parser.add_argument("--output", type=pathlib.Path, default=default, metavar="DIR")
    parser.add_argument("--train", type=int, default=12000, help="number of training images")
    parser.add_argument("--test", type=int, default=2000, help="number of test images")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sheet", type=pathlib.Path, metavar="FILE.png",
                        help="also write a contact sheet of training images")
    options = parser.parse_args()

    glyphs = load_fonts()
    options.output.mkdir(parents=True, exist_ok=True)
    for split, (name, count) in enumerate([("train", options.train), ("t10k", options.test)]):
        images, labels = make_split(options.seed, split, count, glyphs)
        write_idx(options.output / f"{name}-images-idx3-ubyte.gz", images)
        write_idx(options.output / f"{name}-labels-idx1-ubyte.gz", labels)
        if name == "train" and options.sheet:
            write_sheet(options.sheet, images)


if __name__ == "__main__":
    main()
