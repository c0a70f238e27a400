"""Writes the named files of corpus/, from which fuzzing begins: small real files, made by other programs where there are any.

Run it from this folder: python make_seeds.py (Python's library and GNU tar are all it needs).
"""

import gzip
import io
import json
import pathlib
import shutil
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
import zlib

here = pathlib.Path(__file__).parent
root = here.parent.parent


def write(name, data):
    file = here / "corpus" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())


# MNIST digits of the built-in data set: three images, twenty labels.
images = gzip.open(root / "packages/datasets/data/t10k-images-idx3-ubyte.gz").read()
labels = gzip.open(root / "packages/datasets/data/t10k-labels-idx1-ubyte.gz").read()
images = struct.pack(">4I", 0x803, 3, 28, 28) + images[16 : 16 + 3 * 784]
labels = struct.pack(">2I", 0x801, 20) + labels[8:28]
for name, data in [("images", images), ("labels", labels)]:
    write(f"idx/{name}", data)
    write(f"idx/{name}.gz", gzip.compress(data, mtime=0))

pixels = bytes((i * 7) % 256 for i in range(3072))
write("cifar/ten.bin", bytes([9]) + pixels)
write("cifar/hundred.bin", bytes([19, 99]) + pixels)

golden = root / "test/golden"
ten = (golden / "cifar/ten").read_bytes()
# Two images of the four, so that inputs stay short.
two = ten.replace(b"K\x04M\x00\x0c", b"K\x02M\x00\x0c").replace(b"K\x06K\tK\tK\x04e", b"K\x06K\te")
two = two.replace(b"T\x00\x30\x00\x00", b"T\x00\x18\x00\x00")
start = two.index(b"T\x00\x18\x00\x00") + 5
write("pickle/two", two[:start] + two[start : start + 6144] + two[start + 12288 :])
for name in ["nested", "object"]:
    write(f"pickle/{name}", (golden / "cifar" / name).read_bytes())
for name in ["image", "objects", "records", "version2", "version3"]:
    write(f"npz/{name}.npy", (golden / f"arrays/{name}.npy").read_bytes())
for method, packing in [("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name in ["image", "version2"]:
            info = zipfile.ZipInfo(f"{name}.npy")
            info.compress_type = packing
            archive.writestr(info, (golden / f"arrays/{name}.npy").read_bytes())
    write(f"npz/{method}.npz", file.getvalue())

for name in [
    *["420.jpg", "grey.jpg", "cmyk.jpg", "progressive.jpg"],
    *["palette-4.png", "grey-1.png", "grey-alpha.png", "lossy.webp", "alpha.webp"],
]:
    write(f"image/{name}", (golden / "images" / name).read_bytes())


def png(colour, depth, interlaced, rows):
    """5 x 5 pixels; its data are not packed yet: the target does that, so that fuzzing changes what is in them."""
    chunk = lambda kind, body: struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", 5, 5, depth, colour, 0, 0, interlaced)
    palette = chunk(b"PLTE", bytes(range(12))) if colour == 3 else b""
    body = [chunk(b"IHDR", header), palette, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


write("image/filters.png", png(2, 8, 0, b"".join(bytes([y]) + bytes(range(15)) for y in range(5))))
write("image/chunk.png", png(0, 8, 0, b"\0" * 30).replace(b"IDAT", b"P\x1b\x9bL"))
write("image/palette.png", png(3, 2, 0, b"\0\x1b\xc0" * 5))
write("image/deep.png", png(0, 16, 0, b"\1" + b"\0\xff" * 5 + (b"\0" + b"\3\0" * 5) * 4))
# Pixels of each row of the passes of Adam7 of 5 x 5.
passes = [1] + [1] + [2] + [1, 1] + [3, 3] + [2, 2, 2] + [5, 5]
write("image/interlaced.png", png(0, 8, 1, b"".join(b"\0" + bytes(length) for length in passes)))

here.joinpath("corpus/safetensors").mkdir(parents=True, exist_ok=True)
shutil.copy(root / "test/golden/safetensors-python.safetensors", here / "corpus/safetensors/python.safetensors")

sums = {"steps": 2, "norm": 1.5, "zeros": 1, "count": 8, "minExponent": -40, "positive": [1, 2], "negative": [3, 0]}
epoch = {
    "epoch": 1, "steps": 2, "images": 20, "lossSum": 3.25, "correct": 5, "correctMain": 4, "lr": 0.1,
    "headWeights": [0.25, 0.75], "seconds": 1.5, "waitSeconds": 0.25, "taps": {"stage1": sums}, "weights": {"conv.weight": sums},
}  # fmt: skip
fields = {
    "version": 2, "network": {"name": "tiny", "layers": []}, "training": {"epochs": 3}, "mean": [0.13], "std": [0.3],
    "position": {"epoch": 1, "iteration": 2}, "sums": epoch, "logBytes": 1234,
}  # fmt: skip
write("checkpoint/middle", "\n".join(f"{key} {json.dumps(value)}" for key, value in fields.items()))
start = fields | {"position": {"epoch": 0, "iteration": 0}, "sums": None, "logBytes": None}
write("checkpoint/start", "\n".join(f"{key} {json.dumps(value)}" for key, value in start.items()))

stats = {"norm": 2.5, "zeroShare": 0.25, "count": 8, "histogram": {"minExponent": -40, "positive": [1, 2], "negative": [3, 0]}}
line = {
    "epoch": 0, "lambda": 0.25, "headWeights": [0.25, 0.75], "lr": 0.1, "trainLoss": 2.1, "trainAccuracy": 0.5,
    "trainAccuracyMain": 0.4, "testLoss": 1.5, "testAccuracy": 0.6, "imagesPerSecond": 100, "seconds": 10,
    "firingRates": {"stem.lif": 0.1}, "gradients": {"taps": {"stage1": stats}, "weights": {"conv.weight": stats}},
}  # fmt: skip
write("metrics/two.jsonl", "".join(json.dumps(line | {"epoch": i}) + "\n" for i in range(2)))

fingerprint = {
    "sessions": [{"version": "0.1.0", "build": "threads", "wasmSha256": "cd" * 32, "host": {"node": "v20.19.0"}}],
    "configuration": {"results": "ab" * 32, "neutral": "cd" * 32},
    "data": {"sha256": "ef" * 32, "files": [{"name": "train-images-idx3-ubyte", "bytes": 10, "sha256": "01" * 32}]},
}
result = {
    "method": "evolution", "dataset": "builtin", "model": "resnet20", "seed": 0, "epochs": 2, "testAccuracy": 0.6,
    "weightsSha256": "ab" * 32, "imagesPerSecond": 100.5, "peakMemoryBytes": 100000000, "threads": 2, "timeSteps": 2,
    "version": "0.1.0", "fingerprint": fingerprint,
}  # fmt: skip
write("result/result.json", json.dumps(result, indent=2))

config = {
    "schema": 2, "version": "0.1.0", "data": "builtin", "limit": "500,100", "augment": True, "loaderWorkers": 1,
    "model": "resnet20", "width": 0.5, "stem": "cifar", "timeSteps": 2, "heads": "stages", "decay": 0.25, "threshold": 0.5,
    "reset": "hard", "detachReset": False, "decayInput": False, "surrogate": "rectangle:1", "method": "evolution",
    "lambda": "evo-rise,linear,epoch,0.25", "combine": "logits", "encode": "direct", "epochs": 2, "batch": 50,
    "microBatch": 50, "optimizer": "sgd", "lr": 0.1, "momentum": 0.9, "weightDecay": 0.0001, "schedule": "step:30:0.1",
    "warmup": 0, "labelSmoothing": 0, "clip": 0, "seed": 0, "threads": 2, "memoryLimit": 4294967296, "checkpointEvery": 0,
}  # fmt: skip
write("config/run.json", json.dumps(config, indent=2))
del config["method"], config["seed"]
write("config/compare.json", json.dumps(config | {"methods": ["vanilla", "evolution"], "seeds": [0, 1], "heads": "blocks"}))
write("config/some.yaml", "# a few\nepochs: 3\nweight-decay: 1e-3\nT: 4\nlimit: [600, 100]\nheads: [stage1, stage2]\naugment: false\n")
write("config/block.yaml", "surrogate: 'tanh:3'\nmemoryLimit: 512MiB\nlambda: >-\n  evo-decay,cosine\nseed: 0x10\n")
write("arguments/some", "--T\n4\n--lr=0.05\n--no-augment\n--limit\n500,100\n--surrogate\ntanh:2\n--schedule\nstep:3:0.1")
write("arguments/method", "--method\nshortcut\n--heads\nblocks\n--optimizer\nadamw\n--memory-limit\n1GiB\n--\nrest")


def entry(name, data=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def archive(entries, format):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data))
    # Without most of the zeros at the end, to which it is filled up.
    return buffer.getvalue().rstrip(b"\0").ljust(512, b"\0") + bytes(1024)


def padded(tar):
    return tar + bytes(-len(tar) % 512)


a, b = entry("set/a.bin", b"hello"), entry("set/b.bin", b"x" * 600)
folder = entry("set", type=tarfile.DIRTYPE)
ustar, gnu, pax = tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT
archives = {
    "good.tar": ([folder, a, b], ustar),
    "gnu.tar": ([a, entry("set/" + "n" * 120), b], gnu),
    "pax.tar": ([a, entry("set/" + "ö" * 80), b], pax),
    "twice.tar": ([a, b, a], ustar),
    "outside.tar": ([entry("../evil", b"x"), a, b], ustar),
    "absolute.tar": ([entry("/evil", b"x"), a, b], ustar),
    "symlink.tar": ([entry("set/a.bin", type=tarfile.SYMTYPE, linkname="/etc/passwd"), a, b], ustar),
    "link.tar": ([entry("set/a.bin", type=tarfile.LNKTYPE, linkname="../evil"), a, b], ustar),
    "fifo.tar": ([entry("set/pipe", type=tarfile.FIFOTYPE), a], ustar),
}
for name, (entries, format) in archives.items():
    write(f"unpack/{name}", padded(archive(entries, format)))
write("unpack/good.tar.gz", gzip.compress(padded(archive([folder, a, b], ustar)), mtime=0))
write("unpack/zeros.gz", gzip.compress(bytes(1 << 14), mtime=0))
with tempfile.TemporaryDirectory() as place:
    (pathlib.Path(place) / "set").mkdir()
    for info, data in [a, b]:
        (pathlib.Path(place) / info.name).write_bytes(data)
    options = ["--owner=0", "--group=0", "--mtime=@0", "--sort=name", "-b1"]
    tar = subprocess.run(["tar", *options, "-cf", "-", "set"], cwd=place, check=True, capture_output=True).stdout
    write("unpack/system.tar", tar)

# See the target for what the bytes mean: what lies there, then answer by answer.
write("download/nothing", bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
write("download/rest", bytes([1, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 200]))
write("download/reset", bytes([0, 0, 0, 1, 0, 0, 0, 0, 6, 40, 0, 1, 2, 1, 0, 0, 0, 0, 63]))

# Recordings of events: the first ones of those in golden/events, which other programs wrote.
events = root / "test/golden/events"


def first(name, size):
    return (events / name).read_bytes()[:size]


write("nmnist/overflow.bin", first("nmnist-overflow.bin", 600))
write("aedat2/dvs128.aedat", first("dvs128.aedat", 144 + 40 * 8))
write("aedat2/davis346.aedat", first("davis346.aedat", 218 + 40 * 8))
# A packet of events, one of others, and a shorter one that says that one of its events is not valid.
gesture = first("gesture.aedat", 10_000)
begin = gesture.index(b"#!END-HEADER\r\n") + 14
packets = gesture[begin : begin + 28 + 400 + 28 + 8]
short = struct.pack("<hhiiiiii", 1, 1, 8, 4, 1, 3, 2, 1) + struct.pack("<IiIiIi", 7, 5, 6, 6, 0, 0)
write("aedat3/gesture.aedat", gesture[:begin] + packets + short)
for name in ["expelliarmus.dat", "faery.dat"]:
    write(f"dat/{name}", first(name, 400))
write("evt2/evt2.raw", first("evt2.raw", 401))
write("evt3/evt3.raw", first("evt3.raw", 75 + 600))
# The header and the last packet; the table of packets, which lies behind it, would begin at the end.
for name in ["none", "lz4", "zstd"]:
    whole = first(f"{name}.aedat4", 10_000)
    start = 18 + struct.unpack("<I", whole[14:18])[0]
    table_at = next(at for at in range(46, 80, 4) if start < struct.unpack("<q", whole[at : at + 8])[0] < len(whole))
    table = struct.unpack("<q", whole[table_at : table_at + 8])[0]
    header, last = whole[:start], start
    while (following := last + 8 + struct.unpack("<i", whole[last + 4 : last + 8])[0]) < table:
        last = following
    data = header + whole[last:table]
    write(f"aedat4/{name}.aedat4", data[:table_at] + struct.pack("<q", len(data)) + data[table_at + 8 :])


def element(kind, data):
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


# Three moments of the sensor; those in golden/events take long to unpack.
moments = b"".join(struct.pack("<101f", *[(-1, 0, 0, 1)[(7 * i + j) % 4] for i in range(100)], j / 8) for j in range(3))
parts = element(6, struct.pack("<II", 7, 0)) + element(5, struct.pack("<ii", 101, 3)) + element(1, b"spiketrain")
matrix = element(14, parts + element(7, moments))
head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<HH", 0x100, 0x4D49)
sizes = element(5, struct.pack("<ii", 1, 1))
other = element(6, struct.pack("<II", 6, 0)) + sizes + element(1, b"other") + element(9, struct.pack("<d", 3))
write("stmnist/plain.mat", head + element(14, other) + matrix)
deflated = zlib.compress(matrix)
write("stmnist/packed.mat", head + struct.pack("<II", 15, len(deflated)) + deflated)


def npy(kind, numbers):
    text = f"{{'descr': '<{kind}', 'fortran_order': False, 'shape': ({len(numbers)},), }}".ljust(117) + "\n"
    code = {"i8": "q", "u2": "H", "f4": "f"}[kind]
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + text.encode() + struct.pack(f"<{len(numbers)}{code}", *numbers)


columns = [("t", "i8", [5, 6, 7]), ("x", "u2", [1, 2, 3]), ("y", "u2", [4, 5, 6]), ("p", "f4", [0, 1, 1])]
packed = io.BytesIO()
with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, kind, numbers in columns:
        archive.writestr(zipfile.ZipInfo(f"{name}.npy"), npy(kind, numbers))
write("spikingjelly/events.npz", packed.getvalue())
# The columns alone, which the target packs.
write("spikingjelly/columns.npy", b"".join(npy(kind, numbers) for _, kind, numbers in columns))

write("event-sets/labels.csv", b"class,startTime_usec,endTime_usec\n1,80048239,85092709\r\n11,2147483648,4294967296\n")
write("event-sets/trials.txt", b"user01_fluorescent.aedat\nuser24_led.aedat\r\n\n")
for kind, code in [("f8", "d"), ("u1", "B")]:
    counts = [i % 5 for i in range(3 * 2 * 3 * 2)]
    text = f"{{'descr': '{'|' if kind == 'u1' else '<'}{kind}', 'fortran_order': False, 'shape': (3, 2, 3, 2), }}".ljust(117) + "\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + text.encode() + struct.pack(f"<{len(counts)}{code}", *counts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("frames.npy"), array)
    write(f"event-sets/frames-{kind}.npz", packed.getvalue())
