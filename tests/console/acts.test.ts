// An act that the server refused is told, and told as one: not as something that could not be loaded, and not by silence.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../console/src/', import.meta.url);
const screens = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx')).map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }));

const actsIn = (text: string): string[] => [...text.matchAll(/const (\w+) = useMutation\(/g)].map(([, name = '']) => name);
const mentions = (text: string, names: readonly string[]): boolean => names.some((name) => new RegExp(String.raw`\b${name}\.(?:error|data|failure)\b`).test(text));

/** Acts of which nothing is said where they fail, by the names that the file gives them. */
function silent(text: string): string[] {
  const told = (name: string): boolean => new RegExp(String.raw`\b${name}\.(?:error|data\??\.(?:failure|refused))\b`).test(text)
    || new RegExp(String.raw`const ${name} = useMutation\(\{(?:(?!\n  \}\);)[^])*\bonError:`).test(text);
  return actsIn(text).filter((name) => !told(name));
}

/** Panels that tell an act as something that was not loaded. */
function mistold(text: string): string[] {
  const acts = actsIn(text);
  const meant = (expression: string): string => (/^\w+$/.test(expression) ? new RegExp(String.raw`const ${expression} = (.*);`).exec(text)?.[1] ?? '' : expression);
  return [...text.matchAll(/<FailurePanel failure=\{([^}]*)\}/g)].map(([, expression = '']) => expression).filter((expression) => mentions(meant(expression), acts));
}

test('what is looked for is found', () => {
  const refused = "const act = useMutation({ mutationFn: send });\nconst failure = act.error ? failureOf(act.error) : null;\n<FailurePanel failure={failure} /><FailurePanel failure={failureOf(act.error)} /><FailurePanel failure={failureOf(answer.error)} />";
  expect(mistold(refused)).toEqual(['failure', 'failureOf(act.error)']);
  expect(silent('const act = useMutation({ mutationFn: send });\nact.mutate();')).toEqual(['act']);
  expect(silent('const act = useMutation({\n    onError: told,\n  });')).toEqual([]);
  expect(screens.flatMap(({ text }) => actsIn(text)).length).toBeGreaterThan(60);
});

test('no panel tells an act as something that could not be loaded', () => {
  expect(screens.flatMap(({ file, text }) => mistold(text).map((found) => `${file}: ${found}`))).toEqual([]);
});

test('no act fails in silence', () => {
  expect(screens.flatMap(({ file, text }) => silent(text).map((found) => `${file}: ${found}`))).toEqual([]);
});
