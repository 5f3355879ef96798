// What the process that answers was started with. It is read, not changed; a secret is never there to be shown.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { asked, failureOf } from '../app/ask.ts';
import { FailurePanel } from '../ui/notice.tsx';
import { readEnvironment } from './api.ts';
import { e } from './environment-words.ts';
import { t } from './words.ts';

export function Environment({ matches }: { readonly matches: (text: string) => boolean }): ReactElement {
  const answer = useQuery({ queryKey: ['environment'], queryFn: () => asked(readEnvironment()), staleTime: Infinity });
  const rows = (answer.data ?? []).filter(({ name, meaning }) => matches(`${name} ${e.maybe(name) ?? meaning}`));
  return (
    <section className="card settings-section" aria-labelledby="environment"><h2 id="environment">{t('environment')}</h2><p className="muted">{t('environmentWhy')}</p>
      {answer.error ? <FailurePanel failure={failureOf(answer.error)} what={t('environment')} retry={() => void answer.refetch()} /> : null}
      <ul>{rows.map(({ name, meaning, default: usual, secret, set, value }) => (
        <li key={name} className="setting"><div className="setting-says"><h3 className="mono">{name}</h3>{e.maybe(name) === null ? <p className="muted" lang="en">{meaning}</p> : <p className="muted">{e.maybe(name)}</p>}</div>
          <div className="setting-value"><p className={set ? 'own' : ''}>{secret ? (set ? `${t('isSet')} · ${t('secret')}` : t('nothing')) : (value ?? t('nothing'))}</p><p className="muted">{set ? `${t('usual')}: ${usual === '' ? t('nothing') : usual}` : t('isUsual')}</p></div></li>))}</ul>
    </section>
  );
}
