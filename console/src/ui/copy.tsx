import { type ReactElement, useState } from 'react';
import { t } from './words.ts';

const TOLD_MS = 2_000;

/** The clipboard exists on secure pages only; elsewhere an invisible field does it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.className = 'visually-hidden';
    field.readOnly = true;
    field.value = text;
    const before = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}

interface Props {
  readonly text: () => string;
  readonly label?: string;
  readonly failed?: string;
  readonly id?: string;
  readonly title?: string;
  readonly told?: (done: boolean) => void;
}

export function CopyButton({ text, label = t('copy'), failed = t('select'), told, ...rest }: Props): ReactElement {
  const [done, setDone] = useState<boolean | null>(null);
  const act = (): void => void copyText(text()).then((is) => {
    setDone(is);
    told?.(is);
    setTimeout(() => setDone(null), TOLD_MS);
  });
  return <button type="button" className="button quiet" onClick={act} {...rest}>{done === null ? label : done ? t('copied') : failed}</button>;
}

export const Copyable = ({ text }: { readonly text: string }): ReactElement => <span className="copyable"><code>{text}</code><CopyButton text={() => text} /></span>;
