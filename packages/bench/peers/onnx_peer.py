"""The same network in ONNX Runtime on the CPU: inference only, unrolled over T, exported from plain PyTorch.

A process of its own exports, so that this one never loads torch: the peak memory is that of the run alone.
A fresh network's running statistics are untrained; --weights gives trained ones. Prints one JSON line.
"""
import itertools
import json
import multiprocessing
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np

from process import WarmUp, peak_memory, python_versions, resident_memory, turns


def export(folder):
    """Writes the network, the images, the labels and the arguments; runs in a process of its own."""
    import torch

    from common import DECAY, THRESHOLD, Network, arguments, batches, read_weights

    class Lif(torch.nn.Module):
        def __init__(self, time_steps):
            super().__init__()
            self.time_steps = time_steps

        def forward(self, x):
            x = x.unflatten(0, (self.time_steps, -1))
            m, spikes = torch.zeros_like(x[0]), []
            for t in range(self.time_steps):
                u = DECAY * m + x[t]
                s = (u > THRESHOLD).to(u.dtype)
                m = u * (1 - s)
                spikes.append(s)
            return torch.cat(spikes)

    class MainHead(torch.nn.Module):
        def __init__(self, network):
            super().__init__()
            self.network = network

        def forward(self, images):
            return self.network(images, False)[-1]

    a = arguments(__doc__)
    if a.mode != "infer":
        sys.exit("ONNX Runtime infers only here: give --mode infer")
    for option in ("pretrain", "channels_last", "compile"):
        if getattr(a, option):
            sys.exit(f"--{option.replace('_', '-')} is for the PyTorch peers; ONNX Runtime has no such choice here")
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    network = Network(a.model, a.width, a.T, lambda: Lif(a.T))
    if a.weights:
        read_weights(network, a.weights)
    data = list(itertools.islice(batches(a.data, a.batch, a.images), a.warmup + a.steps))
    np.save(folder / "images.npy", np.stack([images.numpy() for images, _ in data]))
    np.save(folder / "labels.npy", np.stack([labels.numpy() for _, labels in data]))
    whole = MainHead(network).eval()
    torch.onnx.export(
        whole, (data[0][0],), folder / "network.onnx", input_names=["images"], dynamo=True, verbose=False
    )
    (folder / "about.json").write_text(json.dumps(vars(a) | {"torch": torch.__version__}))


def exported(folder):
    process = multiprocessing.get_context("spawn").Process(target=export, args=(folder,))
    process.start()
    process.join()
    about = folder / "about.json"
    if process.exitcode or not about.exists():
        sys.exit(process.exitcode)
    return json.loads(about.read_text())


def session(onnxruntime, path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def cross_entropy(logits, labels):
    shifted = logits - logits.max(1, keepdims=True)
    chosen = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(1)) - chosen).mean())


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        a = exported(folder)
        # Not at the top: the exporting process imports this file too.
        import onnxruntime

        idle = resident_memory()
        network = session(onnxruntime, folder / "network.onnx", a["threads"])
        # Mapped: batches not yet run take no memory, as with the other peers.
        images, labels = np.load(folder / "images.npy", mmap_mode="r"), np.load(folder / "labels.npy")
        losses, warm_up, numbers = [], WarmUp(a["warmup"], a["warmup_seconds"]), itertools.count()
        for steps in turns(a["turns"], a["steps"]):
            seconds = []
            while len(seconds) < steps:
                i = next(numbers)
                batch, wanted = np.array(images[i % len(images)]), labels[i % len(images)]
                warm = warm_up.done()
                begin = time.perf_counter()
                (logits,) = network.run(None, {"images": batch})
                # Ours goes on to other images, so later ones have nothing to be compared with.
                if i < len(images):
                    losses.append(cross_entropy(logits, wanted))
                if warm:
                    seconds.append(time.perf_counter() - begin)
            print(json.dumps({
                "peer": "ONNX Runtime",
                "versions": {**python_versions(), "onnxruntime": onnxruntime.__version__, "torch": a["torch"]},
                **{key: a[key] for key in ("model", "width", "mode", "threads", "batch", "T")},
                "imagesPerSecond": a["batch"] / statistics.median(seconds),
                "stepSeconds": seconds, "losses": losses,
                "peakMemoryBytes": peak_memory(), "idleMemoryBytes": idle,
            }), flush=True)


if __name__ == "__main__":
    main()
