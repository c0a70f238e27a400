import { fields } from 'kestirme';

/** Of data sets whose samples are made of their files, and kept. */
export const cacheOptions = {
  cacheGigabytes: fields.number({
    ...{ min: 0, max: 100_000, usual: 20 },
    help: 'Most that decoded images, and frames of recordings, may take on the disk; 0: none are kept',
  }),
} as const;
