"""Writes events.tfevents by TensorBoard's own writer and messages: what events.test.ts compares our bytes with.

python -m venv V && V/bin/pip install tensorboard==2.21.0 && V/bin/python make_events.py
"""

import io
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def value(tag, number):
    return Summary.Value(tag=tag, simple_value=number)


histogram = HistogramProto(
    min=-0.5, max=2.0, num=7.0, sum=3.25, sum_squares=4.5, bucket_limit=[-0.25, 0.0, 1.0, 2.0], bucket=[1.0, 0.0, 4.0, 2.0]
)
events = [
    Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    Event(wall_time=1700000000.5, step=300, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1700000001.0, step=0, summary=Summary(value=[value("loss", 2.345678), value("zero", 0.0)])),
    Event(wall_time=1700000002.0, step=5_000_000_000, summary=Summary(value=[value("größe", -1e-30)])),
    Event(wall_time=1700000003.0, step=128, summary=Summary(value=[Summary.Value(tag="gradient", histo=histogram)])),
]

buffer = io.BytesIO()
writer = RecordWriter(buffer)
for event in events:
    writer.write(event.SerializeToString(deterministic=True))
writer.flush()
Path(__file__).with_name("events.tfevents").write_bytes(buffer.getvalue())
