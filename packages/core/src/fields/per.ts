/** How many numbers there are of something that a layer learns or remembers. */
export type Per = 'layer' | 'channel' | 'step' | 'step and channel';

/** The sizes of its tensor. */
export function sizesOf(per: Per, timeSteps: number, channels: number): number[] {
  if (per === 'step and channel') return [timeSteps, channels];
  if (per === 'layer') return [1];
  return [per === 'step' ? timeSteps : channels];
}

export function countPer(per: Per, timeSteps: number, channels: number): number {
  return sizesOf(per, timeSteps, channels).reduce((product, size) => product * size, 1);
}
