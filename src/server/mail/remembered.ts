/** A map that forgets its oldest entry when it holds `max`. */
export class Bounded<Value> extends Map<string, Value> {
  readonly #max: number;

  constructor(max: number) {
    super();
    this.#max = max;
  }

  override set(key: string, value: Value): this {
    const oldest = this.size < this.#max || this.has(key) ? undefined : this.keys().next();
    if (oldest?.done === false) this.delete(oldest.value);
    return super.set(key, value);
  }
}

/** The same pure function, which does not repeat itself for the last `max` different words. */
export function remembered<Words extends readonly string[], Value>(max: number, make: (...words: Words) => Value): (...words: Words) => Value {
  const known = new Bounded<Value>(max);
  return (...words) => {
    const key = words.join("\n");
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(...words);
    known.set(key, made);
    return made;
  };
}
