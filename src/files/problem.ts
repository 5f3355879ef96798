/** A file that cannot be used: one sentence, and what to do about it. */
export class FileProblem extends Error {
  override readonly name = 'FileProblem';
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}
