// What channels sell and nobody has said what it is: the orders that name it wait until it is mapped, and then go on by themselves.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useRef, useState } from 'react';
import { asked, cache, every, failureOf, refusalOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { count } from '../numbers.ts';
import { type Refusal, Told } from '../refusals/told.tsx';
import { Notice } from '../ui/notice.tsx';
import { Pager } from '../ui/pager.tsx';
import { Act, PlainTable } from '../ui/plain-table.tsx';
import { Time } from '../ui/time.tsx';
import { findAlike, type Listing, mapOne, readUnmapped } from './api.ts';
import { type ConnectionsView, connectionsUrl } from './query.ts';
import { t } from './import-words.ts';

const REFRESH_MS = 10_000;
const keyOf = ({ channel, variant_id: variant }: Listing): string => JSON.stringify([channel, variant]);

/** The words that a name begins with, fewer and fewer: what is alike shares the first of them. */
export function wordsToTry({ title, sku }: Pick<Listing, 'title' | 'sku'>): string[] {
  const words = title.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  const start = (sku ?? '').split(/[^\p{L}\p{N}]+/u)[0] ?? '';
  return [words.slice(0, 3).join(' '), words.slice(0, 2).join(' '), words[0] ?? '', start].filter((text, at, all) => text !== '' && all.indexOf(text) === at);
}

async function alike(listing: Listing): Promise<readonly string[]> {
  for (const words of wordsToTry(listing)) {
    const found = await asked(findAlike(words));
    if (found.length > 0) return found.map(({ sku }) => sku);
  }
  return [];
}

export function Unmapped({ view: { cursor } }: { readonly view: ConnectionsView }): ReactElement {
  const answer = useQuery({ queryKey: ['unmapped', cursor], queryFn: () => asked(readUnmapped(cursor)), refetchInterval: every(REFRESH_MS), placeholderData: keepPreviousData });
  const facts = useFacts();
  const may = useMay()('catalogue:write');
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const [found, setFound] = useState<Readonly<Record<string, readonly string[]>>>({});
  const [refused, setRefused] = useState<Readonly<Record<string, Refusal>>>({});
  const busy = useRef(false);
  /** By GTIN or SKU there is no doubt; whatever else is alike is offered and not filled in. */
  const skuOf = (one: Listing): string => (chosen[keyOf(one)] ?? one.suggestions[0]?.sku ?? '').trim();
  const ready = (answer.data?.rows ?? []).filter((one) => skuOf(one) !== '');
  const map = async (rows: readonly Listing[]): Promise<string> => {
    if (busy.current) return '';
    busy.current = true;
    const wrong: Record<string, Refusal> = {};
    for (const one of rows) await mapOne(one, skuOf(one)).catch((error: unknown) => void (wrong[keyOf(one)] = refusalOf(failureOf(error))));
    busy.current = false;
    setRefused(wrong);
    const said = t('mapped', { count: rows.length - Object.keys(wrong).length });
    announce(said);
    await cache.invalidateQueries({ queryKey: ['unmapped'] });
    return said;
  };
  const row = (one: Listing): ReactElement => {
    const key = keyOf(one);
    const options = [...new Set([...one.suggestions.map(({ sku }) => sku), ...(found[key] ?? [])])];
    const name = one.title === '' ? one.sku ?? one.variant_id : one.title;
    return (
      <tr key={key}>
        <th scope="row" dir="auto">{name}<div className="mono code">{one.sku ?? ''} · {one.variant_id}</div></th><td>{facts.channelName(one.channel)}</td><td><Time iso={one.first_seen_at} as="relative" /></td><td className="figure">{count(one.waiting_lines)}</td>
        <td>{!may ? t('mayNotMap') : <><div className="unmapped-sku"><input className="mono" aria-label={t('skuFor', { name })} list={`alike-${key}`} autoComplete="off" spellCheck={false} value={chosen[key] ?? one.suggestions[0]?.sku ?? ''} onChange={({ target }) => setChosen({ ...chosen, [key]: target.value })} /><datalist id={`alike-${key}`}>{options.map((sku) => <option key={sku} value={sku} />)}</datalist>
          <Act label={t('alike')} of={name} run={async () => {
            const skus = await alike(one);
            setFound({ ...found, [key]: skus });
            return skus.length === 0 ? t('noneAlike') : t('someAlike', { skus: skus.slice(0, 5).join(', ') });
          }} /></div>{one.suggestions.length === 0 ? null : <div className="muted">{t(one.suggestions[0]?.because === 'gtin' ? 'sameGtin' : 'sameSku')}</div>}{refused[key] === undefined ? null : <div className="is-later" role="alert"><Told of={refused[key]} /></div>}</>}</td>
        <td>{may && skuOf(one) !== '' ? <Act label={t('map')} of={name} run={() => map([one])} /> : null}</td>
      </tr>);
  };
  return (
    <>
      <p className="muted supply-how">{t('unmappedWhat')}</p>
      {may && ready.length > 1 ? <p className="form-actions"><Act label={t('mapAll', { count: ready.length })} of={t('unmapped')} run={() => map(ready)} /></p> : null}
      <PlainTable label={t('unmapped')} answer={{ ...answer, data: answer.data?.rows }} columns={[t('goods'), t('channel'), t('seen'), t('waiting'), t('isItem'), '']} figures={[t('waiting')]} row={row} empty={<Notice shape="full" title={t('allMapped')}><p>{t('allMappedWhy')}</p></Notice>} />
      {answer.data === undefined ? null : <Pager shown={answer.data.rows.length} cursor={cursor} next={answer.data.next} url={(at) => connectionsUrl('unmapped', { cursor: at })} byTime={false} />}
    </>
  );
}
