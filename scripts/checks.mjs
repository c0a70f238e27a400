// Checks by name, told as they end.
import { ScriptError } from './process.mjs';

/** Every check by name, in order; a failed one is told and the others go on. */
export class Checks {
  passed = 0;
  failed = 0;
  skipped = 0;

  async run(name, work) {
    const begin = performance.now();
    try {
      const value = await work();
      this.passed += 1;
      console.log(`ok  ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
      return value;
    } catch (error) {
      this.failed += 1;
      console.log(`FAILED  ${name}\n${error instanceof ScriptError ? error.message : error.stack}`);
      return undefined;
    }
  }

  skip(name, why) {
    this.skipped += 1;
    console.log(`skipped  ${name}: ${why}`);
  }

  get counts() {
    return { passed: this.passed, failed: this.failed, skipped: this.skipped };
  }
}
