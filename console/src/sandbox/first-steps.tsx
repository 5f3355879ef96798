// What a new system still needs; Ordo sees by itself what is done.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, every, failureOf } from '../app/ask.ts';
import { Copyable } from '../ui/copy.tsx';
import { Glyph } from '../ui/glyph.tsx';
import { Link } from '../ui/link.tsx';
import { FailurePanel } from '../ui/notice.tsx';
import { readSteps, type Step } from './api.ts';
import { t } from './words.ts';

const REFRESH_MS = 5_000;

/** Where each is done: on a screen, or at the command line. */
const WAYS: Readonly<Record<Step['step'], { readonly href?: string; readonly command?: string }>> = {
  nodes: { command: 'npx ordo import nodes nodes.csv' }, items: { command: 'npx ordo import items items.csv' }, stock: { command: 'npx ordo import stock stock.csv' },
  channel: { href: '/connections' }, orders: { command: 'npx ordo import orders orders.csv' }, strategy: { href: '/strategies' }, people: { href: '/people' },
};

export default function FirstSteps(): ReactElement {
  const answer = useQuery({ queryKey: ['first-steps'], queryFn: () => asked(readSteps()), refetchInterval: every(REFRESH_MS) });
  const steps = answer.data ?? [];
  return (
    <section className="card first-steps" aria-labelledby="steps-title" aria-busy={answer.isPending || undefined}>
      <div className="card-head"><h2 id="steps-title">{t('steps')}</h2><span className="muted">{steps.length === 0 ? t('stepsWhy') : t('stepsDone', { done: steps.filter(({ done }) => done).length, of: steps.length })}</span></div>
      {answer.error && answer.data === undefined ? <FailurePanel failure={failureOf(answer.error)} what={t('steps')} retry={() => void answer.refetch()} /> : null}
      <ol>{steps.map(({ step, done }) => {
        const { href, command } = WAYS[step];
        return (
          <li key={step} className={done ? 'step-done tone-green' : 'tone-neutral'}>
            <Glyph name={done ? 'full' : 'empty'} /><span className="visually-hidden">{t(done ? 'done' : 'open')}: </span>
            {href === undefined ? <span>{t(`step.${step}`)}</span> : <Link href={href}>{t(`step.${step}`)}</Link>}
            {command === undefined || done ? null : <Copyable text={command} />}
          </li>);
      })}</ol>
    </section>
  );
}
