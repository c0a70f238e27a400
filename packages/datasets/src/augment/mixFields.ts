import { fields } from 'kestirme';

/** The options of steps that mix images. */
export const mixFields = {
  alpha: fields.number({ min: 0.05, max: 4, usual: 1, help: 'The share is drawn from the beta distribution of this' }),
  probability: fields.number({ min: 0, max: 1, usual: 1, help: 'Share of the batches that are mixed' }),
};
