/** The digits that come with `@kestirme/datasets`, the same in Node and in a page. */
import { openDataset } from '@kestirme/datasets';

/** Some of them as plain numbers. */
export async function someDigits() {
  const { info, train, test } = await openDataset('builtin', { limit: { train: 20, test: 10 } });
  const plain = ({ images, labels }: typeof train) => ({ images: [...images], labels: [...labels] });
  return { info, train: plain(train), test: plain(test) };
}
