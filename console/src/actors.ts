// Who did something, told by what their id begins with: the log names people and keys by their ids, and parts of the program by plain names.
// Whose words a text is, and what can be taken back, rest on it, so nowhere else is it looked for.
const [PERSON, KEY] = ['usr_', 'key_'];
const isId = (text: string, prefix: string): boolean => text.startsWith(prefix) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length));

export const isPerson = (actor: string): boolean => actor.startsWith(PERSON);
export const isKey = (actor: string): boolean => actor.startsWith(KEY);
/** A person, or whoever has a key: not the program by itself. */
export const isSomebody = (actor: string): boolean => isPerson(actor) || isKey(actor);

/** A whole id, as it stands in an address; what only begins like one is none. */
export const isPersonId = (text: string): boolean => isId(text, PERSON);
export const isKeyId = (text: string): boolean => isId(text, KEY);
