// Goods that will not leave tonight, and the button that changes that.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { perform } from '../app/perform.ts';
import { asked, failureOf, refusalOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { useMay } from '../app/session.ts';
import { announce } from '../app/voice.ts';
import { Sheet } from '../ui/sheet.tsx';
import type { Shown } from '../exceptions/stay.ts';
import { micros, money } from '../numbers.ts';
import { orderUrl } from '../orders/urls.ts';
import { language } from '../i18n/words.ts';
import { English, type Refusal, spokenRefusal, Told } from '../refusals/told.tsx';
import { calendarDay } from '../time.ts';
import { Chip } from '../ui/chip.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { Time } from '../ui/time.tsx';
import type { Look } from '../words.ts';
import type { MorningEntry } from './api.ts';
import { t } from './words.ts';

const SHAPES: Readonly<Record<MorningEntry['cause'], Pick<Look, 'tone' | 'glyph'>>> = {
  HELD: { tone: 'amber', glyph: 'stop' }, WAITING_FOR_STOCK: { tone: 'violet', glyph: 'dashed' }, NODE_CLOSED: { tone: 'red', glyph: 'stop' }, NODE_BEHIND: { tone: 'red', glyph: 'alert' },
  NOT_ACCEPTED: { tone: 'amber', glyph: 'alert' }, NOT_RELEASED: { tone: 'amber', glyph: 'empty' },
};

export function MorningRow({ shown: { item, gone } }: { readonly shown: Shown<MorningEntry> }): ReactElement {
  const { order, number, cause, currency, total_minor: total, promised_at: promised, shipment, fix } = item;
  const [failed, setFailed] = useState<Refusal | null>(null);
  return (
    <tr role="row" data-id={order} className={gone ? 'gone' : undefined}>
      <th scope="row" role="rowheader" className="w-order"><Link className="number" href={orderUrl(order)}>#{number}</Link></th>
      <td role="cell" className="w-cause"><Chip look={{ word: t(`cause.${cause}`), ...SHAPES[cause] }} /></td>
      <td role="cell" className="w-promised">{promised === null ? <span className="muted">{t('notPromised')}</span> : <><span className="card-only">{t('promisedFor')} </span><Time iso={promised} as="brief" /></>}</td>
      <td role="cell" className="w-before">{shipment === null ? null : t('before', { count: shipment.orders_before })}</td>
      <td role="cell" className="w-value">{money(total, currency)}</td>
      <td role="cell" className="w-fix"><Sentence fix={fix} /><Terms item={item} />{failed === null ? null : <span className="d-failed" role="alert"><Glyph name="alert" /><Told of={failed} /></span>}</td>
      <td role="cell" className="w-do">{gone ? <span className="muted">{t('gone')}</span> : <DoIt item={item} failed={setFailed} />}</td>
    </tr>
  );
}

function Terms({ item: { fix, currency, promised_at: promised } }: { readonly item: MorningEntry }): ReactElement | null {
  const { leaves, cost_micros: cost, keeps_promise: keeps, operations } = fix;
  if (operations.length === 0 || (leaves === null && cost === null && keeps === null)) return null;
  const parts = [
    ...(leaves === null ? [] : [t('leaves', { day: calendarDay(leaves) })]),
    ...(cost === null ? [] : [t(cost < 0 ? 'cheaper' : 'dearer', { money: micros(Math.abs(cost), currency) })]),
  ];
  return <span className="d-sentence">{parts.join(' · ')}{keeps === null ? null : <>{parts.length > 0 ? ' · ' : ''}<span className={`state tone-${keeps ? 'green' : 'red'}`}><Glyph name={keeps ? 'full' : 'alert'} />{t(promised === null ? (keeps ? 'inTime' : 'tooLate') : keeps ? 'keeps' : 'breaks')}</span></>}</span>;
}

interface DoProps {
  readonly item: MorningEntry;
  readonly failed: (refusal: Refusal | null) => void;
}

/** English as the server says it; in German by its code, and beneath it what only the English has: reasons, names and days. */
function Sentence({ fix: { code, sentence, to, operations } }: { readonly fix: MorningEntry['fix'] }): ReactElement {
  const facts = useFacts();
  if (language() === 'en') return <span dir="auto">{sentence}</span>;
  return <span className="refusal">{t(`fix.${code}`, { count: operations.length, to: to.map((one) => facts.nodeName(one)).join(', ') })}{HAS_MORE.has(code) ? <span className="refusal-came"><English>{sentence}</English></span> : null}</span>;
}

const HAS_MORE: ReadonlySet<MorningEntry['fix']['code']> = new Set(['holds', 'store_closed', 'store_closed_until', 'reroute', 'picked']);

function DoIt({ item: { fix, number, shipment }, failed }: DoProps): ReactElement | null {
  const cache = useQueryClient();
  const facts = useFacts();
  const may = useMay();
  const [asks, setAsks] = useState(false);
  const doing = useMutation({
    mutationFn: () => asked(perform(fix.operations)),
    onSuccess: () => {
      failed(null);
      announce(t('done', { number, action: t.maybe(`do.${fix.kind}`) ?? fix.kind }));
    },
    onError: (error) => {
      const refusal = refusalOf(failureOf(error));
      failed(refusal);
      void spokenRefusal(refusal).then((detail) => announce(t('failed', { number, detail })));
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['morning'] }),
  });
  const isTakenBack = fix.operations.some(({ path }) => path.endsWith('/reject'));
  const go = (): void => {
    setAsks(false);
    if (!doing.isPending) doing.mutate();
  };
  if (fix.operations.length === 0) return <span className="muted">{t('tell')}</span>;
  if (!fix.operations.every(({ path }) => may(path.startsWith('/v1/shipments/') ? 'shipments:write' : 'orders:write'))) return null;
  const to = fix.to.map((code) => facts.nodeName(code)).join(', ');
  return (
    <>
      <button type="button" className="button" aria-busy={doing.isPending || undefined} onClick={() => (isTakenBack ? setAsks(true) : go())}>{t.maybe(`do.${fix.kind}`) ?? fix.kind}{isTakenBack ? '…' : ''}</button>
      {asks && shipment ? (
        <Sheet title={t('askReject', { number, node: facts.nodeName(shipment.node) })} close={() => setAsks(false)}>
          <p>{t('askRejectWhy', { node: facts.nodeName(shipment.node), to })}</p>
          <div className="form-actions"><button type="button" className="button primary" onClick={go}>{t.maybe(`do.${fix.kind}`) ?? fix.kind}</button></div>
        </Sheet>) : null}
    </>
  );
}
