import type { Output } from '../output.ts';
import { countText } from '../../files/numbers.ts';

const BAR_WIDTH = 20;
const REDRAW_EVERY_MS = 100;
/** Where nobody watches, a line now and then tells a log that it goes on. */
const LINE_EVERY_MS = 10_000;

/** What is shown while it works, on stderr: a bar with rate and time left on a terminal, plain lines elsewhere. */
export interface Progress {
  /** Begins a stage of `total` things; null where it is not known how many. */
  stage(name: string, total: number | null): void;
  add(count: number): void;
  /** Ends the stage with a line that stays; one that had nothing to do leaves none. */
  end(): void;
}

interface Stage {
  readonly name: string;
  readonly total: number | null;
  readonly startedAt: number;
  done: number;
}

export function createProgress(output: Pick<Output, 'progress' | 'note'>, isTerminal: boolean, now: () => number = () => performance.now()): Progress {
  let stage: Stage | null = null;
  let shownAt = 0;
  return {
    stage(name, total) {
      stage = { name, total, startedAt: now(), done: 0 };
      shownAt = now();
      if (isTerminal && total !== 0) output.progress(barOf(stage, now()));
    },
    add(count) {
      if (stage === null) return;
      stage.done += count;
      if (now() - shownAt < (isTerminal ? REDRAW_EVERY_MS : LINE_EVERY_MS)) return;
      shownAt = now();
      if (isTerminal) output.progress(barOf(stage, now()));
      else output.note(lineOf(stage, now()));
    },
    end() {
      if (stage !== null && stage.total !== 0) output.note(endOf(stage, now()));
      stage = null;
    },
  };
}

function figures({ total, done, startedAt }: Stage, at: number): { rate: number; left: number | null } {
  const seconds = Math.max((at - startedAt) / 1000, 0.001);
  const rate = done / seconds;
  return { rate, left: total === null || done === 0 ? null : Math.max(0, total - done) / rate };
}

function barOf(stage: Stage, at: number): string {
  const { rate, left } = figures(stage, at);
  const { name, total, done } = stage;
  if (total === null) return `${name.padEnd(10)} ${countText(done)}  ${countText(Math.round(rate))}/s`;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`;
  return `${name.padEnd(10)} ${bar} ${countText(done)}/${countText(total)}  ${Math.floor(share * 100)} %  ${countText(Math.round(rate))}/s  ${left === null ? '' : `${clock(left)} left`}`.trimEnd();
}

function lineOf(stage: Stage, at: number): string {
  const { rate, left } = figures(stage, at);
  return `${stage.name}: ${countText(stage.done)}${stage.total === null ? '' : ` of ${countText(stage.total)}`}, ${countText(Math.round(rate))}/s${left === null ? '' : `, ${clock(left)} left`}`;
}

function endOf(stage: Stage, at: number): string {
  const { rate } = figures(stage, at);
  return `${stage.name.padEnd(10)} ${countText(stage.done)} in ${((at - stage.startedAt) / 1000).toFixed(1)} s${stage.done > 0 ? `, ${countText(Math.round(rate))}/s` : ''}`;
}

/** "1:05" of 65 seconds. */
const clock = (seconds: number): string => `${Math.floor(Math.ceil(seconds) / 60)}:${String(Math.ceil(seconds) % 60).padStart(2, '0')}`;
