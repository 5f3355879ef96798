// What differs between two versions: group by group, under the headings of the editor.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { useFacts } from '../app/facts.ts';
import { FailurePanel } from '../ui/notice.tsx';
import { readDocument, type StrategyDocument } from './api.ts';
import { useBaseCurrency, useGoodsDigits } from './currency.ts';
import { type Difference, type GroupDifferences, differencesOf } from './differences.ts';
import { t } from './words.ts';

/** Of two versions that have to be read first. `draft` is the revision of the draft, which one of them may be. */
export function DiffOf({ code, from, to, draft }: { readonly code: string; readonly from: number; readonly to: number; readonly draft: number }): ReactElement {
  const diff = useQuery({ queryKey: ['strategy', code, 'documents', from, to, draft], queryFn: () => Promise.all([from, to].map((version) => asked(readDocument(code, version)))) });
  if (diff.error) return <FailurePanel failure={failureOf(diff.error)} what={t('differences')} retry={() => void diff.refetch()} />;
  const [before, after] = diff.data ?? [];
  if (before === undefined || after === undefined) return <p className="muted" aria-busy="true">{t('checking')}</p>;
  return <Diff before={before} after={after} />;
}

export function Diff({ before, after }: { readonly before: StrategyDocument; readonly after: StrategyDocument }): ReactElement {
  const { nodeName } = useFacts();
  const [currency, goodsDigits] = [useBaseCurrency(), useGoodsDigits()];
  const groups = differencesOf(before, after, { nodeName, currency, goodsDigits });
  if (groups.length === 0) return <p className="muted">{t('noDifference')}</p>;
  return <ul className="diff">{groups.map((one) => <li key={`${one.kind} ${one.name}`}><OfGroup of={one} /></li>)}</ul>;
}

function OfGroup({ of: { name, kind, differences } }: { readonly of: GroupDifferences }): ReactElement {
  const parts = [...new Set(differences.map(({ part }) => part))];
  return (
    <>
      <h3 className="diff-group"><bdi>{name}</bdi>{kind === 'changed' ? null : <Kind kind={kind} word={t(kind === 'added' ? 'addedGroup' : 'goneGroup')} />}</h3>
      <dl>{parts.map((part) => (
        <div key={part} className="diff-part">
          <dt>{part === null ? t('groupItself') : t(part)}</dt>
          <dd><ul>{differences.filter((one) => one.part === part).map((one, at) => <Line key={at} of={one} heading={part === null ? null : t(part)} alone={kind !== 'changed'} />)}</ul></dd>
        </div>))}
      </dl>
    </>
  );
}

const WORDS = { added: 'added', removed: 'removed', moved: 'movedPlace' } as const;
const TONES = { added: 'green', removed: 'red', moved: 'blue' } as const;
const Kind = ({ kind, word }: { readonly kind: keyof typeof WORDS; readonly word: string }): ReactElement => <span className={`diff-kind tone-${TONES[kind]}`}>{word}</span>;

interface LineProps {
  readonly of: Difference;
  readonly heading: string | null;
  /** All of the group is new, or gone, which its name says. */
  readonly alone: boolean;
}

function Line({ of: { what, kind, before, after, code }, heading, alone }: LineProps): ReactElement {
  const value = (text: string): ReactElement => (code ? <code dir="ltr">{text}</code> : <bdi>{text}</bdi>);
  return (
    <li>
      {what === heading ? null : <span className="diff-what">{what}</span>}{alone || kind === 'changed' ? null : <Kind kind={kind} word={t(WORDS[kind])} />}
      <span className="diff-values">
        {before === null ? null : <del><span className="visually-hidden">{t('was')} </span>{value(before)}</del>}
        {before === null || after === null ? null : <span className="diff-arrow" aria-hidden="true">→</span>}
        {after === null ? null : <ins><span className="visually-hidden">{t('is')} </span>{value(after)}</ins>}
      </span>
    </li>
  );
}
