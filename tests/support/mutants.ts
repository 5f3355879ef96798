import { Session, type Statement } from "../../src/postgres/database.ts";

/** While it works, the program forgets one of its statements, or a part of its text; throws where nobody would have sent it. */
export async function without<T>(name: string, work: () => Promise<T>, part: string | null = null): Promise<T> {
  const original: unknown = Reflect.get(Session.prototype, "rows");
  if (typeof original !== "function") throw new Error("a session has no rows");
  let forgotten = 0;
  Reflect.set(Session.prototype, "rows", function rows(this: Session, what: Statement, values: readonly unknown[]): unknown {
    if (what.name !== name) return Reflect.apply(original, this, [what, values]);
    if (part !== null && !what.text.includes(part)) throw new Error(`${name} does not say ${part}`);
    forgotten += 1;
    return part === null ? Promise.resolve([]) : Reflect.apply(original, this, [{ name: `${name}_mutant`, text: what.text.replace(part, "") }, values]);
  });
  try {
    const result = await work();
    if (forgotten === 0) throw new Error(`nobody sends ${name}`);
    return result;
  } finally {
    Reflect.set(Session.prototype, "rows", original);
  }
}
