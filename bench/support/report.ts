/** One figure of the bench. The ratio says what it is a share of; null where the figure stands alone. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio: number | null;
  /** What the ratio is to, and the bounds the project sets itself. */
  readonly note: string;
}

export const figures: Figure[] = [];

const round = (value: number): number => Math.round(value * 1000) / 1000;

export function report(json: boolean, name: string, value: number, unit: string, ratio: number | null, note: string): void {
  const figure = { name, value: round(value), unit, ratio: ratio === null ? null : round(ratio), note };
  figures.push(figure);
  if (json) process.stdout.write(`${JSON.stringify({ name: figure.name, value: figure.value, unit: figure.unit, ratio: figure.ratio })}\n`);
  else process.stdout.write(`${name.padEnd(22)}${String(figure.value).padStart(12)} ${unit.padEnd(9)}${(figure.ratio === null ? "" : String(figure.ratio)).padStart(8)}  ${note}\n`);
}

export const progress = (text: string): void => void process.stderr.write(`${text}\n`);
