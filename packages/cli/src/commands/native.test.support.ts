import { createEngine } from 'kestirme';
import { expect, it } from 'vitest';

/** Whether native kernels run here. Where they have to and do not, a test of the calling file fails. */
export async function nativeRuns(): Promise<boolean> {
  try {
    await (await createEngine({ backend: 'native', threads: 1 })).close();
    return true;
  } catch (error) {
    const { message } = error as Error;
    it('native kernels are built, unless there is no Rust (npm run build:native)', ({ skip }) => {
      const needed = process.env.CI !== undefined && process.env.KESTIRME_SKIP_RUST !== '1';
      skip(!needed, message);
      expect(message).toBe('');
    });
    return false;
  }
}
