// Recordings of events in AEDAT 4, packed in each way.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf(
  'formats/aedat4',
  'formats/aedat4Streams',
  'formats/flatTable',
  'packed/lz4',
  'packed/zstd',
);

export const target = () => eventTarget('aedat4', 4096);
