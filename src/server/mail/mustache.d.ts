/** What this program uses of the package, which has no types of its own. */
declare module "mustache" {
  export type Token = [kind: string, value: string, start: number, end: number, inside?: Token[], closed?: number];
  class Writer {
    /** By the text and its tags; undefined where nothing is to be remembered. */
    templateCache: Map<string, Token[]> | undefined;
    /** Throws an Error with a sentence where a tag or a section is not closed. */
    parse(template: string): Token[];
    render(template: string, view: object, partials: undefined, config: { escape: (value: unknown) => string }): string;
  }
  const mustache: { Writer: typeof Writer };
  export default mustache;
}
