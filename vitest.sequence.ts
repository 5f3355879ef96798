import { BaseSequencer, type TestSequencerConstructor, type TestSpecification } from 'vitest/node';

/** Files that work long first, whatever their size: last, they would keep all other processes waiting for one. */
export const longFirst = (...files: readonly string[]): TestSequencerConstructor => class extends BaseSequencer {
  override async sort(all: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(all);
    const isLong = ({ moduleId }: TestSpecification): boolean => files.some((file) => moduleId.endsWith(file));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
};
