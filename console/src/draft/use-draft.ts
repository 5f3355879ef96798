// Keeps a draft as somebody types: one save after the other, and the address names it so that a reload finds it again.
import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Channel } from '../api.ts';
import { asked, failureOf } from '../app/ask.ts';
import { begin, change, type DraftBody, type OrderDraft, readDraft } from './api.ts';
import { bodyOf, currencyOf, EMPTY, type Fields, fieldsOf } from './form.ts';

const TYPING_MS = 350;

export interface Kept {
  readonly fields: Fields;
  readonly draft: OrderDraft | null;
  readonly error: unknown;
  readonly busy: boolean;
  set(change: Partial<Fields>): void;
  /** What the server answered to something else that was done with the draft. */
  take(draft: OrderDraft): void;
  /** Everything that was typed is kept; answers the draft. */
  settled(): Promise<OrderDraft | null>;
  again(): void;
}

export const draftUrl = (id: string): string => `/orders/new?draft=${encodeURIComponent(id)}`;

function useAfterTyping(fields: Fields, isDirty: () => boolean, save: () => Promise<void>): void {
  useEffect(() => {
    if (!isDirty()) return;
    const timer = setTimeout(() => void save(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [fields, save]);
}

/** One that was discarded meanwhile begins anew with all that is on the screen. */
async function changed({ id, version }: OrderDraft, body: DraftBody): Promise<OrderDraft> {
  try {
    return await change(id, { ...body, version });
  } catch (problem) {
    if (failureOf(problem).kind === 'missing') return begin(body);
    throw problem;
  }
}

/** What shipping costs cannot be read before somebody has said what the channel's amounts are in; where that is the server, it is sent again. */
async function send(fields: Fields, draft: OrderDraft | null, channels: readonly Channel[]): Promise<OrderDraft> {
  const currency = currencyOf(fields.channel, draft, channels);
  const body = bodyOf(fields, currency);
  const kept = draft === null ? await begin(body) : await changed(draft, body);
  return currency === null && fields.shipping.trim() !== '' && currencyOf(fields.channel, kept, channels) !== null ? send(fields, kept, channels) : kept;
}

export function useDraft(id: string | null, channels: readonly Channel[]): Kept {
  const { history } = useRouter();
  const [fields, setFields] = useState<Fields>(EMPTY);
  const [draft, setDraft] = useState<OrderDraft | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const current = useRef({ fields, draft, channels, dirty: false, saving: Promise.resolve() });
  current.current.channels = channels;
  const read = useCallback((wanted: string): void => {
    setBusy(true);
    asked(readDraft(wanted)).then((found) => {
      current.current.draft = found;
      current.current.dirty = false;
      setDraft(found);
      setError(null);
      if (found.content) {
        current.current.fields = fieldsOf(found.content, found.quote?.currency ?? null);
        setFields(current.current.fields);
      }
    }).catch(setError).finally(() => setBusy(false));
  }, []);
  useEffect(() => {
    if (id !== null && id !== current.current.draft?.id) read(id);
  }, [id, read]);

  const save = useCallback((): Promise<void> => {
    const run = async (): Promise<void> => {
      const state = current.current;
      if (!state.dirty) return;
      state.dirty = false;
      const sent = state.fields;
      setBusy(true);
      try {
        const kept = await send(sent, state.draft, state.channels);
        if (state.draft?.id !== kept.id) history.replace(draftUrl(kept.id));
        state.draft = kept;
        setDraft(kept);
        setError(null);
      } catch (problem) {
        state.dirty = true;
        setError(problem);
      } finally {
        setBusy(state.fields !== sent);
      }
    };
    current.current.saving = current.current.saving.then(run);
    return current.current.saving;
  }, [history]);
  useAfterTyping(fields, () => current.current.dirty, save);

  return {
    fields, draft, error, busy,
    set: (changed) => {
      current.current.fields = { ...current.current.fields, ...changed };
      current.current.dirty = true;
      // What was typed is not kept yet, and nothing may say that it is.
      setBusy(true);
      setFields(current.current.fields);
    },
    take: (kept) => {
      current.current.draft = kept;
      setDraft(kept);
    },
    settled: async () => {
      await save();
      return current.current.dirty ? null : current.current.draft;
    },
    again: () => void (current.current.draft !== null && read(current.current.draft.id)),
  };
}
