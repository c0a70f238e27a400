"""Golden file of event frames: recordings, and what SpikingJelly, tonic and torchvision make of them.

Run: python make_frames.py [DATA]        (versions: requirements-frames.txt)

DATA: a folder of real recordings (`tonic/sample_nmnist.bin` ...); of their frames there are hashes in `frames-real.json`.
"""
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
import tonic
from spikingjelly.datasets import cifar10_dvs, utils
from tonic.functional import to_frame_numpy, to_timesurface_numpy
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as vision

HERE = Path(__file__).parent
EVENT = np.dtype([("x", np.int16), ("y", np.int16), ("t", np.int64), ("p", bool)])
WINDOWS = [700, 1500]


def recording(seed, size, span, height=5, width=4, gap=0):
    """Events at random, in order, some at equal times; `gap`: nothing happens for so long in the middle."""
    draw = np.random.default_rng(seed)
    t = np.sort(draw.integers(0, span, size)) + 1000
    t[size // 2:] += gap
    return {"height": height, "width": width, "t": t, "x": draw.integers(0, width, size),
            "y": draw.integers(0, height, size), "p": draw.integers(0, 2, size)}


def structured(r):
    made = np.zeros(len(r["t"]), EVENT)
    for name in "xytp":
        made[name] = r[name]
    return made


def channels_last(frames):
    """[T, P, H, W] as kestirme has it: [T, H, W, P]."""
    return np.moveaxis(np.asarray(frames), 1, -1)


def attempt(make):
    """SpikingJelly throws where a slice has no event."""
    try:
        return channels_last(make())
    except (IndexError, ValueError):
        return None


def modes(r, counts, windows=WINDOWS):
    """Name, settings, frames (None: it throws) of every mode."""
    h, w, events = r["height"], r["width"], structured(r)
    arrays = {name: np.asarray(r[name]) for name in "txyp"}
    fixed = lambda by, n: lambda: utils.integrate_events_by_fixed_frames_number(arrays, by, n, h, w)
    bins = lambda **by: lambda: to_frame_numpy(events.copy(), (w, h, 2), **by)
    for n in counts:
        yield "sj-number", {"frames": n}, attempt(fixed("number", n))
        yield "sj-time", {"frames": n}, attempt(fixed("time", n))
        yield "tonic-time-bins", {"frames": n}, attempt(bins(n_time_bins=n))
        yield "tonic-event-bins", {"frames": n}, attempt(bins(n_event_bins=n))
    for window in windows:
        yield "sj-duration", {"window": window}, attempt(
            lambda: utils.integrate_events_by_fixed_duration(arrays, window, h, w))
        for incomplete in (False, True):
            yield "tonic-time-window", {"window": window, "incomplete": incomplete}, attempt(
                bins(time_window=window, include_incomplete=incomplete))


def plain(r):
    return {key: value if isinstance(value, int) else [int(v) for v in value] for key, value in r.items()}


def synthetic():
    recordings = {
        "many": recording(1, 97, 9000),
        "few": recording(2, 3, 9000),
        "at once": recording(3, 6, 1),
        "gap": recording(4, 40, 3000, gap=6000),
        "multiple of a window": {**recording(5, 30, 3000), "t": np.linspace(500, 500 + 3 * 1500, 30).astype(int)},
    }
    for name, r in recordings.items():
        cases = [{"mode": mode, **settings, "shape": None if f is None else list(f.shape),
                  "values": None if f is None else f.astype(int).flatten().tolist()}
                 for mode, settings, f in modes(r, [1, 4, 10])]
        yield {"name": name, **plain(r), "cases": cases}


def surfaces():
    r = recording(6, 60, 6000)
    made = to_timesurface_numpy(structured(r), (r["width"], r["height"], 2), dt=1200, tau=800.0)
    return {**plain(r), "window": 1200, "tau": 800, "values": channels_last(made).flatten().tolist()}


def resized():
    draw = np.random.default_rng(7)
    frames = torch.tensor(draw.poisson(0.7, (2, 2, 16, 12)), dtype=torch.float32)
    resize = lambda how, **more: lambda size: vision.resize(frames, size, how, **more)
    area = lambda size: torch.nn.functional.interpolate(frames, size, mode="area")
    ways = {"nearest": resize(InterpolationMode.NEAREST),
            "bilinear": resize(InterpolationMode.BILINEAR, antialias=False),
            "bilinear-antialias": resize(InterpolationMode.BILINEAR, antialias=True), "area": area}
    sizes = [(6, 6), (5, 7), (24, 20)]
    cases = [{"interpolation": name, "height": h, "width": w,
              "values": channels_last(make([h, w]).numpy()).astype(float).flatten().tolist()}
             for name, make in ways.items() for h, w in sizes]
    return {"height": 16, "width": 12, "values": channels_last(frames.numpy()).astype(int).flatten().tolist(),
            "cases": cases}


def moved():
    """Event augmentation: torch.roll, and torchvision's rotation and shear of tensors, whose fill is 0."""
    draw = np.random.default_rng(9)
    frames = torch.tensor(draw.poisson(0.9, (2, 2, 24, 20)), dtype=torch.float32)
    shear = lambda degrees: vision.affine(frames, 0, [0, 0], 1, [degrees, 0], InterpolationMode.NEAREST)
    cases = [("roll", down, right, torch.roll(frames, (down, right), (2, 3))) for down, right in [(3, -2), (-5, 5), (0, 0)]]
    cases += [("rotate", degrees, 0, vision.rotate(frames, degrees, InterpolationMode.NEAREST))
              for degrees in (7.25, -30, 14.5, 90, 0)]
    cases += [("shear", degrees, 0, shear(degrees)) for degrees in (11.5, -30, 3.75, 0)]
    flat = lambda x: channels_last(x.numpy()).astype(int).flatten().tolist()
    return {"height": 24, "width": 20, "values": flat(frames),
            "cases": [{"step": step, "by": [a, b], "values": flat(f)} for step, a, b, f in cases]}


def downsampled():
    """tonic's Downsample of the events, counted."""
    r = recording(8, 300, 4000, height=16, width=12)
    halved = tonic.transforms.Downsample(spatial_factor=(5 / 12, 6 / 16))(structured(r))
    frames = to_frame_numpy(halved, (5, 6, 2), n_event_bins=2)
    return {**plain(r), "to": {"height": 6, "width": 5}, "values": channels_last(frames).flatten().astype(int).tolist()}


def digest(frames):
    """Of little-endian float32 [T, H, W, 2]."""
    return hashlib.sha256(frames.astype("<f4").tobytes()).hexdigest()


def file_cases(path, name, kind, sensor, read):
    """A recording as SpikingJelly or tonic itself reads it, and a hash of every mode's frames."""
    events = read(str(path))
    r = {"height": sensor, "width": sensor, **{column: np.asarray(events[column]).astype(np.int64) for column in "txyp"}}
    span = int(r["t"][-1] - r["t"][0])
    cases = [{"mode": mode, **settings, "shape": list(f.shape), "sha256": digest(f)}
             for mode, settings, f in modes(r, [4, 10], [span // 7, span // 13 + 1]) if f is not None]
    return {"file": name, "format": kind, "events": len(r["t"]), "height": sensor, "width": sensor, "cases": cases}


def recordings():
    """Those that make_events.py wrote."""
    events = HERE / "events"
    mnist = lambda file: tonic.io.read_mnist_file(file, dtype=EVENT)
    return [file_cases(events / "nmnist.bin", "nmnist.bin", "nmnist", 34, mnist),
            file_cases(events / "dvs128.aedat", "dvs128.aedat", "aedat2", 128, cifar10_dvs._load_origin_data),
            file_cases(events / "gesture.aedat", "gesture.aedat", "aedat3", 128, utils.load_aedat_v3),
            file_cases(events / "events-packed.npz", "events-packed.npz", "spikingjelly", 128, np.load)]


def real(folder):
    mnist = lambda file: tonic.io.read_mnist_file(file, dtype=EVENT)
    gestures = folder / "dvsgesture-synthetic"
    return [file_cases(folder / "tonic/sample_nmnist.bin", "tonic/sample_nmnist.bin", "nmnist", 34, mnist),
            *[file_cases(file, f"dvsgesture-synthetic/{file.name}", "aedat3", 128, utils.load_aedat_v3)
              for file in sorted(gestures.glob("*.aedat"))]]


def write(name, made):
    (HERE / name).write_text(json.dumps(made, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    write("frames.json", {"recordings": list(synthetic()), "surface": surfaces(), "resized": resized(),
                          "downsampled": downsampled(), "moved": moved(), "files": recordings()})
    if len(sys.argv) > 1:
        write("frames-real.json", real(Path(sys.argv[1])))
