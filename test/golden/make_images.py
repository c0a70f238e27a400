"""Images of every kind that ImageFolder meets, and what Pillow reads and resizes them to: `images/`.

    python make_images.py [SAMPLES]

The pictures are drawn here. `SAMPLES`: a folder of ImageNet's JPEG files in class folders, of which only hashes are kept.
Everything is what torchvision's ImageFolder does: `Image.open(file).convert("RGB")`, then `resize`.
"""
import hashlib
import io
import json
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

here = Path(__file__).parent / "images"
rng = np.random.default_rng(14)


def picture(width, height):
    """Slopes, edges and noise."""
    y, x = np.mgrid[0:height, 0:width]
    red = 255 * x / width
    green = 127 + 120 * np.sin(x * y / 40)
    blue = np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2, 220, 30)
    noise = rng.integers(-20, 21, (height, width, 3))
    return Image.fromarray(np.clip(np.stack([red, green, blue], 2) + noise, 0, 255).astype(np.uint8))


def save(name, image, **options):
    image.save(here / name, **options)


def write_png(name, colour, depth, values, width, height):
    """PNG by its specification, for what Pillow does not write: [height, width, channels] of `depth` bits."""
    rows = b""
    for row in values.reshape(height, -1):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        else:
            bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8).reshape(-1)
            packed = np.packbits(bits).tobytes()
        rows += b"\0" + packed
    chunk = lambda kind, body: len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([depth, colour, 0, 0, 0])
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    (here / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def interlace(source, name):
    """The same 8-bit RGB pixels in the seven passes of Adam7, each row by another filter."""
    pixels = np.asarray(source).astype(np.int64)
    height, width, _ = pixels.shape
    rows = b""
    for x, y, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        part = pixels[y::dy, x::dx]
        above = np.zeros(part.shape[1] * 3, np.int64)
        for i, row in enumerate(part.reshape(part.shape[0], -1)):
            left, corner = np.concatenate([[0] * 3, row[:-3]]), np.concatenate([[0] * 3, above[:-3]])
            estimate = left + above - corner
            distances = np.stack([abs(estimate - left), abs(estimate - above), abs(estimate - corner)])
            paeth = np.choose(distances.argmin(0), [left, above, corner])
            taken = [0 * row, left, above, (left + above) // 2, paeth][i % 5]
            rows += bytes([i % 5]) + ((row - taken) & 255).astype(np.uint8).tobytes()
            above = row
    chunk = lambda kind, body: len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 1])
    packed = zlib.compress(rows)
    half = len(packed) // 2
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", packed[:half]), chunk(b"IDAT", packed[half:]), chunk(b"IEND", b"")]
    (here / name).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def draw():
    here.mkdir(exist_ok=True)
    image = picture(45, 31)
    save("420.jpg", image, quality=80)
    save("422.jpg", image, quality=80, subsampling="4:2:2")
    save("444.jpg", image, quality=95, subsampling="4:4:4")
    save("progressive.jpg", image, quality=80, progressive=True)
    save("restarts.jpg", image, quality=80, restart_marker_blocks=2)
    save("rgb.jpg", image, quality=80, keep_rgb=True)
    save("grey.jpg", image.convert("L"), quality=80)
    save("cmyk.jpg", image.convert("CMYK"), quality=80)
    exif = Image.Exif()
    exif[0x0112] = 6
    save("turned.jpg", image, quality=80, exif=exif)
    data = (here / "444.jpg").read_bytes()
    (here / "stray.jpg").write_bytes(data[:-2] + b"\x11\x22\x33" + data[-2:] + b"behind the end")
    damaged = bytearray(data)
    for i in range(len(data) // 2, len(data) // 2 + 40):
        damaged[i] = (damaged[i] * 7 + 13) & 0x7F
    (here / "damaged.jpg").write_bytes(damaged)
    alpha = Image.fromarray((np.indices((31, 45)).sum(0) * 3).astype(np.uint8))
    with_alpha = image.copy()
    with_alpha.putalpha(alpha)
    save("rgb.png", image)
    save("alpha.png", with_alpha)
    save("palette.png", image.quantize(40))
    save("palette-4.png", image.quantize(11), bits=4)
    save("palette-alpha.png", with_alpha.quantize(20))
    save("grey.png", image.convert("L"))
    save("grey-alpha.png", with_alpha.convert("LA"))
    save("grey-1.png", image.convert("1"))
    save("grey-16.png", Image.fromarray(rng.integers(0, 700, (31, 45)).astype(np.uint16)))
    for depth in (2, 4):
        write_png(f"grey-{depth}.png", 0, depth, rng.integers(0, 1 << depth, (31, 45)), 45, 31)
    write_png("rgb-16.png", 2, 16, rng.integers(0, 65536, (31, 45, 3)), 45, 31)
    write_png("grey-alpha-16.png", 4, 16, rng.integers(0, 65536, (31, 45, 2)), 45, 31)
    interlace(image, "interlaced.png")
    save("lossy.webp", image, quality=70)
    save("lossless.webp", image, lossless=True)
    save("alpha.webp", with_alpha, quality=70)
    save("alpha-lossless.webp", with_alpha, lossless=True, exact=True)
    # The name says one thing, the contents another, as in ImageNet.
    save("png-named.jpg", image, format="PNG")


def digest(image):
    return hashlib.sha256(np.asarray(image).tobytes()).hexdigest()


def decoded(folder, files):
    rows = []
    for file in files:
        image = Image.open(file)
        mode = image.mode
        rgb = image.convert("RGB")
        rows.append({"file": file.relative_to(folder).as_posix(), "mode": mode, "size": rgb.size, "sha256": digest(rgb)})
    return rows


filters = {"nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def resized(image, kind, cases):
    rows = []
    for filter_name, method in filters.items():
        for (width, height), box in cases:
            made = image.resize((width, height), method, box=box)
            rows.append({"image": kind, "filter": filter_name, "width": width, "height": height, "box": box, "sha256": digest(made)})
    return rows


def main(samples):
    draw()
    cases = [
        ((20, 14), None), ((90, 62), None), ((45, 20), None), ((30, 31), None), ((45, 31), None), ((7, 60), None),
        ((24, 24), (3, 2, 40, 30)), ((24, 24), (3.3, 2.7, 40.1, 30.9)), ((33, 9), (0.25, 0, 45, 31)), ((1, 1), None),
    ]
    rgb = Image.open(here / "rgb.png")
    grey = rgb.convert("L")
    floats = Image.fromarray(np.asarray(grey).astype(np.float32) / np.float32(7) - 3)
    rows = resized(rgb, "rgb", cases) + resized(grey, "grey", cases) + resized(floats, "floats", cases)
    known = {"made by": f"Pillow {Image.__version__}", "decoded": decoded(here, sorted(p for p in here.iterdir() if p.suffix != ".json")), "resized": rows}
    if samples is not None:
        files = sorted(samples.glob("*/*.JPEG"))
        shorter = []
        for row, file in zip(decoded(samples, files), files):
            image = Image.open(file).convert("RGB")
            width, height = image.size
            size = (256, int(256 * height / width)) if width <= height else (int(256 * width / height), 256)
            small = image.resize(size, Image.BILINEAR)
            left, top = int(round((size[0] - 224) / 2.0)), int(round((size[1] - 224) / 2.0))
            shorter.append({**row, "shorter256": digest(small), "centre224": digest(small.crop((left, top, left + 224, top + 224)))})
        known["samples"] = shorter
    (here / "known.json").write_text(json.dumps(known, indent=None, separators=(",", ":")).replace("},{", "},\n{") + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
