// What of a connection can be changed: where its channel is called and with what, and what it is told. Credentials go in and never come out.
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useState } from 'react';
import { cache } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { announce } from '../app/voice.ts';
import { Entry, wrongAt } from '../ui/entry.tsx';
import { Problem } from '../ui/problem.tsx';
import { alterConnection, type Connection, type ConnectionChange, type Connector } from './api.ts';
import { t } from './channel-words.ts';

interface Draft {
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
  readonly pushStock: boolean;
  readonly acknowledge: boolean;
  readonly places: readonly (readonly [node: string, place: string])[];
  readonly match: boolean;
  readonly tests: boolean;
}

export const draftOf = (one: Connection): Draft => ({
  baseUrl: one.base_url ?? '', credentials: {}, pushStock: one.push_stock, acknowledge: one.acknowledge, places: Object.entries(one.places), match: one.match_by_sku, tests: one.capture_test_orders,
});

/** Some of the credentials, but not all of them: those that are left out would be gone. */
export const lacksCredentials = ({ credentials }: Pick<Draft, 'credentials'>, wanted: readonly string[]): boolean => {
  const given = wanted.filter((name) => (credentials[name] ?? '') !== '').length;
  return given > 0 && given < wanted.length;
};

/** Only what was changed is sent: places that are saved have all stock told anew. */
export function changeOf(one: Connection, draft: Draft): ConnectionChange {
  const before = draftOf(one);
  const given = Object.entries(draft.credentials).filter(([, value]) => value !== '');
  const places = Object.fromEntries(draft.places.filter(([node, place]) => node !== '' && place.trim() !== '').map(([node, place]) => [node, place.trim()]));
  const url = draft.baseUrl.trim();
  return {
    ...(url === before.baseUrl ? {} : { base_url: url === '' ? null : url }), ...(given.length === 0 ? {} : { credentials: Object.fromEntries(given) }),
    ...(draft.pushStock === before.pushStock ? {} : { push_stock: draft.pushStock }), ...(draft.acknowledge === before.acknowledge ? {} : { acknowledge: draft.acknowledge }),
    ...(JSON.stringify(places) === JSON.stringify(one.places) ? {} : { places }),
    ...(draft.match === before.match ? {} : { match_by_sku: draft.match }), ...(draft.tests === before.tests ? {} : { capture_test_orders: draft.tests }),
  };
}

export function ConnectionForm({ one, kind, close }: { readonly one: Connection; readonly kind: Connector; readonly close: () => void }): ReactElement {
  const [draft, setDraft] = useState(() => draftOf(one));
  const [wanted, setWanted] = useState(false);
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const saving = useMutation({
    mutationFn: () => alterConnection(one.id, changeOf(one, draft)),
    onSuccess: async () => {
      announce(t('saved'));
      await cache.invalidateQueries({ queryKey: ['connections'] });
      close();
    },
  });
  const lacks = lacksCredentials(draft, kind.credentials);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWanted(true);
    if (!lacks && !saving.isPending) saving.mutate();
  };
  const tick = (name: 'pushStock' | 'acknowledge' | 'match' | 'tests'): ReactElement => <label className="tick"><input type="checkbox" checked={draft[name]} onChange={({ target }) => set({ [name]: target.checked })} />{t(name)}</label>;
  const wrong = (pointer: string): ReactElement | null => wrongAt(saving.error, pointer);
  return (
    <form className="ask-form" onSubmit={submit} noValidate>
      {kind.told.length === 0 ? <p className="muted">{t('cannotBeTold')}</p> : <>
        <Entry id="b-url" label={t('baseUrl')} wrong={wrong('/base_url')} help={t('baseUrlHelp')}>{(rest) => <input {...rest} type="url" maxLength={2048} autoComplete="off" spellCheck={false} value={draft.baseUrl} onChange={({ target }) => set({ baseUrl: target.value })} />}</Entry>
        {kind.credentials.map((name) => <Entry key={name} id={`b-${name}`} label={name} wrong={wrong(`/credentials/${name}`)} help={t(one.credentials.includes(name) ? 'isSet' : 'notSet')}>{(rest) => <input {...rest} type="password" maxLength={1000} autoComplete="off" value={draft.credentials[name] ?? ''} onChange={({ target }) => set({ credentials: { ...draft.credentials, [name]: target.value } })} />}</Entry>)}
        {wanted && lacks ? <p role="alert" className="field-wrong">{t('allOrNone')}</p> : null}
        {kind.told.includes('stock') ? tick('pushStock') : null}{kind.told.includes('acknowledgements') ? tick('acknowledge') : null}
        {kind.told.includes('stock_by_place') ? <Places places={draft.places} change={(places) => set({ places })} wrong={wrong('/places')} /> : null}</>}
      {tick('match')}{tick('tests')}
      <Problem error={saving.error} />
      <div className="form-actions"><button type="submit" className="button primary" aria-busy={saving.isPending || undefined}>{t('save')}</button></div>
    </form>
  );
}

interface PlacesProps {
  readonly places: Draft['places'];
  readonly change: (places: Draft['places']) => void;
  readonly wrong: ReactElement | null;
}

function Places({ places, change, wrong }: PlacesProps): ReactElement {
  const nodes = useFacts().nodes.rows;
  const nameOf = (code: string): string => nodes.find((one) => one.code === code)?.name ?? code;
  const free = nodes.find(({ code }) => !places.some(([node]) => node === code));
  const put = (at: number, place: readonly [string, string]): void => change(places.map((one, other) => (other === at ? place : one)));
  return (
    <fieldset className="places-form"><legend>{t('places')}</legend>
      <p className="muted">{t('placesHelp')}</p>
      {places.map(([node, place], at) => (
        <div key={node} className="place-row">
          <select aria-label={t('node')} value={node} onChange={({ target }) => put(at, [target.value, place])}>{[...(nodes.some(({ code }) => code === node) ? [] : [{ code: node, name: node }]), ...nodes.filter(({ code }) => code === node || !places.some(([other]) => other === code))].map(({ code, name }) => <option key={code} value={code}>{name}</option>)}</select>
          <input aria-label={`${t('place')}: ${nameOf(node)}`} maxLength={1000} autoComplete="off" spellCheck={false} value={place} onChange={({ target }) => put(at, [node, target.value])} />
          <button type="button" className="button quiet" aria-label={t('dropPlace', { node: nameOf(node) })} onClick={() => change(places.filter((_, other) => other !== at))}>×</button>
        </div>))}
      {free === undefined ? null : <button type="button" className="button quiet" onClick={() => change([...places, [free.code, '']])}>{t('addPlace')}</button>}
      {wrong === null ? null : <p className="field-wrong">{wrong}</p>}
    </fieldset>
  );
}
