"""Recordings of events, and what other readers read in them.

Run: python make_events.py [FOLDER_OF_REAL_RECORDINGS]    (versions: requirements-events.txt; what is in it: README.md)

Recordings are written by other programs where there is one for the format (faery: EVT 2.0 and 3.0 and .dat; expelliarmus:
.dat; dv-processing: AEDAT 4; SciPy: .mat; NumPy: .npz), else by the published layout with `struct`. Each is read by every
other program that reads the format (`readers` in events.json), and they must agree.
"""
import hashlib
import json
import pathlib
import struct
import sys

import aedat
import dv_processing as dv
import evlib
import faery
import numpy as np
import scipy.io
import tonic.io
from expelliarmus import Wizard
from spikingjelly.datasets import cifar10_dvs
from spikingjelly.datasets import utils as sj

FOLDER = pathlib.Path(__file__).parent / "events"
rng = np.random.default_rng(14)


def random_events(count, width, height, last, burst=True):
    """Columns t, x, y, p, in order of time; a burst of neighbours in one moment, which EVT 3.0 packs as vectors."""
    t = np.sort(rng.integers(0, last, count))
    x, y, p = (rng.integers(0, most, count) for most in (width, height, 2))
    if burst:
        middle = slice(count // 2, count // 2 + 30)
        t[middle], y[middle], p[middle], x[middle] = t[count // 2], height // 3, 1, np.arange(30) + (width - 30) // 2
        t.sort()
    return t, x, y, p


def columns(array, names=("t", "x", "y", "p")):
    return tuple(np.asarray(array[name]).astype(np.int64) for name in names)


# Writers by the published layouts.


def write_nmnist(file, t, x, y, p):
    words = (struct.pack(">I", int(d) << 23 | int(c))[1:] for c, d in zip(t, p))
    file.write_bytes(b"".join(bytes([a, b]) + word for a, b, word in zip(x, y, words)))


def write_aedat2(file, chip, addresses, t):
    header = "#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# Timestamps tick is 1 us\r\n# Creation time: System.currentTimeMillis() 1695355878800\r\n"
    if chip is not None:
        header += f"# AEChip: {chip}\r\n#End Of ASCII Header\r\n"
    body = b"".join(struct.pack(">II", address, time) for address, time in zip(addresses, t))
    file.write_bytes(header.encode() + body)


def packet(kind, overflows, events, size=8, room=0):
    return struct.pack("<hhiiiiii", kind, 1, size, 4, overflows, len(events) + room, len(events), len(events)) + b"".join(
        events
    ) + bytes(room * size)


def write_aedat3(file, t, x, y, p):
    """Packets of 50 events, with packets of special events between them; the clock overflows once."""
    out = [b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Start-Time: 2016-01-01 00:00:00 (TZ+0000)\r\n#!END-HEADER\r\n"]
    for high in (0, 1):
        chosen = np.flatnonzero(t >> 31 == high)
        for start in range(0, len(chosen), 50):
            part = chosen[start : start + 50]
            events = [struct.pack("<Ii", x[i] << 17 | y[i] << 2 | p[i] << 1 | 1, t[i] & 0x7FFFFFFF) for i in part]
            out.append(packet(1, high, events))
            out.append(packet(0, high, [struct.pack("<Ii", 1, 5)]))
    file.write_bytes(b"".join(out))


# Readers.


def read_expelliarmus(file, encoding):
    wizard = Wizard(encoding=encoding)
    wizard.set_file(str(file))
    return columns(wizard.read())


def read_faery(file):
    """Its own times begin at 0, whatever the recording's."""
    return columns(np.concatenate(list(faery.events_stream_from_file(str(file)))), ("t", "x", "y", "on"))


def read_evlib(file):
    frame = evlib.load_events(str(file)).collect()
    t = frame["t"].dt.total_microseconds().to_numpy()
    return t, frame["x"].to_numpy(), frame["y"].to_numpy(), (frame["polarity"].to_numpy() > 0).astype(int)


def read_aedat(file):
    decoder = aedat.Decoder(str(file))
    parts = [part["events"] for part in decoder if "events" in part]
    return columns(np.concatenate(parts), ("t", "x", "y", "on"))


def read_dv(file):
    reader = dv.io.MonoCameraRecording(str(file))
    parts = []
    while (events := reader.getNextEventBatch()) is not None:
        parts.append(events.numpy())
    return columns(np.concatenate(parts), ("timestamp", "x", "y", "polarity"))


def read_stmnist(file):
    """As tonic's prototype reads, but for the polarity, which it makes 1 for all."""
    train = scipy.io.loadmat(file)["spiketrain"].T
    spikes, seconds = train[:, :-1], train[:, -1]
    moments, points = spikes.nonzero()
    t = (seconds[moments] * 1e6).astype(int)
    return t, points % 10, points // 10, (spikes[moments, points] > 0).astype(int)


def read_tonic_nmnist(file):
    return columns(tonic.io.read_mnist_file(str(file), tonic.io.events_struct))


def read_tonic_davis(file):
    return columns(tonic.io.read_davis_346(str(file))[2])


def read_sj_npz(file):
    with np.load(file) as arrays:
        return columns(arrays)


SJ_NMNIST = ("SpikingJelly", lambda file: columns(sj.load_ATIS_bin(file)))
SJ_AEDAT2 = ("SpikingJelly", lambda file: columns(cifar10_dvs._load_origin_data(file)))
SJ_AEDAT3 = ("SpikingJelly", lambda file: columns(sj.load_aedat_v3(file)))
TONIC_NMNIST = ("tonic", read_tonic_nmnist)
AEDAT = ("aedat", read_aedat)

found = {"files": {}, "real": {}}


def agree(file, readers):
    read = [(name, reader(file)) for name, reader in readers]
    first = read[0][1]
    for name, other in read[1:]:
        for a, b in zip(first, other):
            np.testing.assert_array_equal(a, b, err_msg=f"{file}: {read[0][0]} and {name}")
    assert (np.diff(first[0]) >= 0).all(), file
    return [name for name, _ in read], first


def add(name, form, width, height, readers, written=None):
    """`written`: the columns as they went in; what is read must be them."""
    file = FOLDER / name
    names, (t, x, y, p) = agree(file, readers or [("as written", lambda _: written)])
    if written is not None:
        for a, b in zip((t, x, y, p), written):
            np.testing.assert_array_equal(a, b, err_msg=name)
    found["files"][name] = {"format": form, "width": width, "height": height, **summary(names, (t, x, y, p))}


def hash_of(t, x, y, p):
    whole = hashlib.sha256()
    for values, kind in ((t, "<f8"), (x, "<u2"), (y, "<u2"), (p, "u1")):
        whole.update(np.asarray(values).astype(kind).tobytes())
    return whole.hexdigest()


def summary(readers, read):
    """Enough to compare by; the first events so that a difference shows what it is."""
    first = [[int(values[i]) for values in read] for i in range(min(3, len(read[0])))]
    return {"readers": readers, "size": len(read[0]), "first": first, "sha256": hash_of(*read)}


def add_real(root, path, form, readers):
    found["real"][path] = {"format": form, "width": None, "height": None, **summary(*agree(root / path, readers))}


def main():
    FOLDER.mkdir(exist_ok=True)
    t, x, y, p = random_events(300, 34, 34, 300_000)
    write_nmnist(FOLDER / "nmnist.bin", t, x, y, p)
    add("nmnist.bin", "nmnist", 34, 34, [TONIC_NMNIST, SJ_NMNIST], (t, x, y, p))
    # A row of 240 says that the clock overflowed: what follows is 2^13 us later than it says.
    y[[100, 200]] = 240
    write_nmnist(FOLDER / "nmnist-overflow.bin", t, x, y, p)
    add("nmnist-overflow.bin", "nmnist", 34, 34, [TONIC_NMNIST])

    t, x, y, p = random_events(300, 128, 128, 1_200_000)
    write_aedat2(FOLDER / "dvs128.aedat", None, (127 - x) << 8 | (127 - y) << 1 | (1 - p), t)
    add("dvs128.aedat", "aedat2", 128, 128, [SJ_AEDAT2], (t, x, y, p))
    t, x, y, p = random_events(300, 346, 260, 1_200_000)
    addresses = (259 - y) << 22 | (345 - x) << 12 | p << 11
    write_aedat2(FOLDER / "davis346.aedat", "eu.seebetter.ini.chips.davis.Davis346red", addresses, t)
    add("davis346.aedat", "aedat2", 346, 260, [("tonic", read_tonic_davis)], (t, x, y, p))

    t, x, y, p = random_events(300, 128, 128, 2**32)
    write_aedat3(FOLDER / "gesture.aedat", t, x, y, p)
    add("gesture.aedat", "aedat3", 128, 128, [SJ_AEDAT3], (t, x, y, p))

    for packing in ("NONE", "LZ4", "LZ4_HIGH", "ZSTD", "ZSTD_HIGH"):
        t, x, y, p = random_events(250, 128, 96, 900_000)
        t = t + 1_600_000_000_000_000
        file = FOLDER / f"{packing.lower().replace('_', '-')}.aedat4"
        settings = dv.io.MonoCameraWriter.Config("camera", dv.CompressionType.__members__[packing])
        settings.addEventStream((128, 96))
        settings.addImuStream()
        writer = dv.io.MonoCameraWriter(str(file), settings)
        writer.setPackagingCount(100)
        for start in range(0, 250, 100):
            store = dv.EventStore()
            for event in list(zip(t, x, y, p))[start : start + 100]:
                store.push_back(int(event[0]), int(event[1]), int(event[2]), bool(event[3]))
            writer.writeEvents(store)
        del writer
        add(file.name, "aedat4", 128, 96, [AEDAT, ("dv-processing", read_dv)], (t, x, y, p))

    t, x, y, p = random_events(300, 120, 100, 100_000)
    array = np.zeros(300, dtype=[("t", np.int64), ("x", np.int16), ("y", np.int16), ("p", np.uint8)])
    array["t"], array["x"], array["y"], array["p"] = t, x, y, p
    Wizard(encoding="dat").save(fpath=str(FOLDER / "expelliarmus.dat"), arr=array)
    add("expelliarmus.dat", "dat", None, None, [("expelliarmus", lambda f: read_expelliarmus(f, "dat"))], (t, x, y, p))
    for form, name, others in (
        ("dat", "faery.dat", [("expelliarmus", lambda f: read_expelliarmus(f, "dat")), ("faery", read_faery)]),
        ("evt2", "evt2.raw", [("expelliarmus", lambda f: read_expelliarmus(f, "evt2")), ("faery", read_faery), ("evlib", read_evlib)]),
        ("evt3", "evt3.raw", [("faery", read_faery), ("evlib", read_evlib)]),
        ("evt3", "evt3-long.raw", []),
    ):
        # 40 s: the clock of EVT 3.0 starts anew twice, of which neither reader takes notice; OpenEB does.
        t, x, y, p = random_events(400, 128, 96, 40_000_000 if "long" in name else 16_000_000)
        t -= t[0]
        array = np.zeros(400, dtype=faery.EVENTS_DTYPE)
        array["t"], array["x"], array["y"], array["on"] = t, x, y, p
        version = "dat2" if form == "dat" else form
        faery.events_stream_from_array(array, (128, 96)).to_file(str(FOLDER / name), version=version)
        add(name, form, 128, 96, others, (t, x, y, p))

    train = np.zeros((101, 30))
    train[100] = np.sort(rng.random(30))
    for column in range(30):
        train[rng.integers(0, 100, 2), column] = rng.choice([-1, 1], 2)
    for packed in (False, True):
        for kind in (np.float64, np.float32):
            name = f"stmnist{'-packed' if packed else ''}{'-single' if kind is np.float32 else ''}.mat"
            content = {"other": np.arange(5), "spiketrain": train.astype(kind)}
            scipy.io.savemat(FOLDER / name, content, do_compression=packed)
            add(name, "stmnist", 10, 10, [("SciPy", read_stmnist)])

    t, x, y, p = random_events(300, 128, 128, 1_200_000)
    for save, name in ((np.savez, "events.npz"), (np.savez_compressed, "events-packed.npz")):
        save(FOLDER / name, t=t, x=x, y=y, p=p)
        add(name, "spikingjelly", 128, 128, [("NumPy", read_sj_npz)], (t, x, y, p))

    if len(sys.argv) > 1:
        root = pathlib.Path(sys.argv[1])
        add_real(root, "tonic/sample_nmnist.bin", "nmnist", [TONIC_NMNIST, SJ_NMNIST])
        add_real(root, "tonic/sample_ncars.dat", "dat", [("expelliarmus", lambda f: read_expelliarmus(f, "dat"))])
        add_real(root, "tonic/sample.aedat4", "aedat4", [AEDAT, ("dv-processing", read_dv)])
        add_real(root, "tonic/sample_stmnist.mat", "stmnist", [("SciPy", read_stmnist)])
        for name in ("aedat1_for_testing", "aedat2_led", "aedat3_fluorescent"):
            add_real(root, f"dvsgesture-synthetic/{name}.aedat", "aedat3", [SJ_AEDAT3])
    else:
        found["real"] = json.loads((FOLDER / "events.json").read_text())["real"]
    text = json.dumps(found, separators=(",", ":"))
    (FOLDER / "events.json").write_text(text.replace('},"', '},\n"') + "\n")


main()
