"""Prints what TensorBoard's own reader finds in the event files of a folder, as JSON. Needs the package tensorboard."""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

kinds = ["scalars", "histograms", "compressedHistograms", "tensors", "images", "audio"]
accumulator = EventAccumulator(sys.argv[1], size_guidance={kind: 0 for kind in kinds})
accumulator.Reload()
tags = accumulator.Tags()
scalars = {tag: [[one.step, one.value] for one in accumulator.Scalars(tag)] for tag in tags["scalars"]}
histograms = {
    tag: [[one.step, one.histogram_value.num, list(one.histogram_value.bucket)] for one in accumulator.Histograms(tag)]
    for tag in tags["histograms"]
}
print(json.dumps({"scalars": scalars, "histograms": histograms}))
