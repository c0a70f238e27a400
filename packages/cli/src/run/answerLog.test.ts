import type { Batch, DataInfo } from 'kestirme';
import { describe, expect, it } from 'vitest';
import { AnswerLog, MOST_WRONG } from './answerLog.js';
import { pictureOf } from './picture.js';

const info: DataInfo = {
  ...{ name: 'made', channels: 1, height: 1, width: 2, classes: 3, classNames: ['a', 'b', 'c'] },
  ...{ trainSize: 1, testSize: 9, mean: [0], std: [1] },
};

function batchOf(labels: number[], first = 0): Batch {
  const images = Uint8Array.from(labels.flatMap((_, at) => [first + at, 100 + first + at]));
  const indices = Uint32Array.from(labels, (_, at) => first + at);
  return { images, labels: Int32Array.from(labels), indices, size: labels.length };
}

describe('AnswerLog', () => {
  it('counts answers, and keeps the most wrong images first', () => {
    const log = new AnswerLog(info);
    // Right; wrong by 1; wrong by 4. A tie answers with the first, as a prediction does.
    log.add({ logits: Float32Array.of(5, 1, 0, 2, 3, 0, 0, 0, 4) }, batchOf([0, 0, 1]));
    log.add({ logits: Float32Array.of(1, 1, 0) }, batchOf([1], 3));
    const { confusion, worst, ...rest } = log.take({ epoch: 7 });
    expect(rest).toEqual({ epoch: 7, images: 'test', classNames: ['a', 'b', 'c'] });
    expect(confusion).toEqual([1, 1, 0, 1, 0, 1, 0, 0, 0]);
    expect(worst.map(({ index, label, answer, margin }) => [index, label, answer, margin])).toEqual([
      [2, 1, 2, 4],
      [1, 0, 1, 1],
      [3, 1, 0, 0],
    ]);
    expect(Buffer.from(worst[0]?.pixels ?? '', 'base64')).toEqual(Buffer.from([2, 102]));
    expect([...(log.last?.counts ?? [])]).toEqual(confusion);
  });

  it('begins each evaluation anew, and keeps so many images', () => {
    const log = new AnswerLog(info);
    const many = Array.from({ length: MOST_WRONG + 5 }, () => 0);
    log.add({ logits: Float32Array.from(many.flatMap((_, at) => [0, at, 0])) }, batchOf(many));
    const { worst } = log.take({ epoch: 0, judgedBy: 'validation' });
    expect(worst.map(({ margin }) => margin)).toEqual(worst.map((_, at) => MOST_WRONG + 4 - at));
    expect(log.take({ epoch: 1 })).toMatchObject({ worst: [], confusion: Array(9).fill(0) });
  });
});

describe('pictureOf', () => {
  it('takes the first of frames, spreads floats, and every second pixel of a large image', () => {
    const frames = { images: Float32Array.of(9, 9, 9, 9, 0, 0.5, 7, 7) };
    const small = pictureOf(frames, 1, { height: 1, width: 2, channels: 1, frames: 2 });
    expect([...Buffer.from(small.pixels, 'base64')]).toEqual([0, 255]);
    const images = Uint8Array.from({ length: 100 * 2 * 3 }, (_, at) => at % 251);
    const large = pictureOf({ images }, 0, { height: 2, width: 100, channels: 3 });
    expect([large.height, large.width]).toEqual([1, 50]);
    expect([...Buffer.from(large.pixels, 'base64')].slice(0, 6)).toEqual([0, 1, 2, 6, 7, 8]);
  });
});
