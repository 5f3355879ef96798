// A text in which @ and the beginning of a name brings up people; the one that is chosen is mentioned.
import { type KeyboardEvent, type ReactElement, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Person } from '../api.ts';
import { w } from './together-words.ts';

interface Props {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly change: (text: string) => void;
  readonly people: readonly Person[];
}

const SHOWN = 6;

/** The name that is being written where the caret is; null where none is. */
export const begunName = (text: string, caret: number): string | null => /(?:^|[\s(])@([\p{L}\p{M}'.-]*(?: [\p{L}\p{M}'.-]*)?)$/u.exec(text.slice(0, caret))?.[1] ?? null;

/** Everybody whose whole name stands in the text after an @; of names that begin alike, the longest. */
export function mentionedIn(text: string, people: readonly Person[]): readonly Person[] {
  let rest = text;
  return people.toSorted((a, b) => b.name.length - a.name.length).filter(({ name }) => {
    if (!rest.includes(`@${name}`)) return false;
    rest = rest.replaceAll(`@${name}`, '');
    return true;
  });
}

export function MentionText({ id, label, text, change, people }: Props): ReactElement {
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const begun = caret === null ? null : begunName(text, caret);
  const found = begun === null ? [] : people.filter(({ name }) => name.toLowerCase().split(/\s+/).some((_, from, parts) => parts.slice(from).join(' ').startsWith(begun.toLowerCase()))).slice(0, SHOWN);
  const isDone = begun !== null && found.some(({ name }) => name.toLowerCase() === begun.trim().toLowerCase());
  const open = found.length > 0 && !isDone;
  const active = Math.min(at, found.length - 1);
  const choose = (person: Person): void => {
    if (caret === null || begun === null) return;
    const before = text.slice(0, caret - begun.length);
    const next = `${before}${person.name} `;
    // At once: whoever writes on writes where the caret then is, and not where it was a frame ago.
    flushSync(() => {
      change(next + text.slice(caret));
      setCaret(null);
      setAt(0);
    });
    field.current?.focus();
    field.current?.setSelectionRange(next.length, next.length);
  };
  const pressed = (event: KeyboardEvent): void => {
    const one = found[active];
    if (!open || one === undefined) return;
    if (event.key === 'ArrowDown') setAt((active + 1) % found.length);
    else if (event.key === 'ArrowUp') setAt((active + found.length - 1) % found.length);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(one);
    else if (event.key === 'Escape') setCaret(null);
    else return;
    event.preventDefault();
  };
  return (
    <div className="mention">
      <label htmlFor={id} className="visually-hidden">{label}</label>
      <textarea id={id} ref={field} rows={2} maxLength={4000} value={text} placeholder={w('mentionHow')} aria-controls={list} aria-autocomplete="list" aria-activedescendant={open ? `${list}-${active}` : undefined}
        onChange={(event) => {
          change(event.target.value);
          setCaret(event.target.selectionStart);
          setAt(0);
        }} onKeyDown={pressed} onBlur={() => setCaret(null)} />
      <ul id={list} role="listbox" aria-label={w('people')} hidden={!open} className="menu-sheet mention-list">{open ? found.map((person, index) => (
        <li key={person.id} id={`${list}-${index}`} role="option" aria-selected={index === active} onMouseDown={(event) => {
          event.preventDefault();
          choose(person);
        }}>{person.name}</li>)) : null}</ul>
    </div>
  );
}
