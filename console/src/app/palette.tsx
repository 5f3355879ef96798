// Go anywhere and do anything from one field. Loaded when it is first asked for.
import { useRouter } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { Autocomplete, useFilter } from 'react-aria-components/Autocomplete';
import { Dialog } from 'react-aria-components/Dialog';
import { Input } from 'react-aria-components/Input';
import { Menu, MenuItem } from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { SearchField } from 'react-aria-components/SearchField';
import { readOrders } from '../api.ts';
import { EVERYTHING, isSearchable, listUrl, orderIdIn } from '../orders/query.ts';
import { orderUrl } from '../orders/urls.ts';
import { SETTINGS } from '../settings/catalogue.ts';
import { n } from '../settings/setting-words.ts';
import { settingsUrl } from '../settings/url.ts';
import { printed } from './keys.ts';
import { type Place, PLACES, placeTitle } from './places.ts';
import { useMay } from './session.ts';
import { prefer, preferences, THEMES } from './preferences.ts';
import { t } from './words.ts';

interface Command {
  readonly id: string;
  readonly title: string;
  readonly keys?: readonly string[];
  readonly run: () => void;
}

export default function Palette({ close }: { readonly close: () => void }): ReactElement {
  const { history } = useRouter();
  const { contains } = useFilter({ sensitivity: 'base' });
  const may = useMay();
  const [text, setText] = useState('');
  const typed = text.trim();
  const found: Command[] = typed === '' ? [] : orderIdIn(typed) !== null
    ? [{ id: 'open', title: t('paletteOpen', { text: typed }), run: () => history.push(orderUrl(orderIdIn(typed) ?? '')) }]
    : [{ id: 'find', title: t('paletteFind', { text: typed }), run: () => void whereIs(typed).then((url) => history.push(url)) }];
  const commands = [...[...everywhere(PLACES.filter(({ scope }) => may(scope)), (path) => history.push(path)), ...(typed === '' || !may('catalogue:read') ? [] : settings((path) => history.push(path)))].filter(({ title }) => contains(title, typed)), ...found];
  return (
    <ModalOverlay className="palette-ground" isOpen isDismissable onOpenChange={(open) => void (open || close())}>
      <Modal className="palette">
        <Dialog aria-label={t('palette')}>
          <Autocomplete inputValue={text} onInputChange={setText}>
            <SearchField aria-label={t('palette')} autoFocus><Input placeholder={t('paletteHint')} /></SearchField>
            <Menu items={commands} aria-label={t('palette')} renderEmptyState={() => <p className="muted">{t('paletteNone')}</p>} onAction={(id) => {
              close();
              commands.find((one) => one.id === id)?.run();
            }}>
              {({ id, title, keys }) => <MenuItem id={id} textValue={title}><span>{title}</span>{keys?.map((key) => <kbd key={key}>{key}</kbd>)}</MenuItem>}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The one order that is called exactly so, by its number or its channel's; else the list of what is found. */
async function whereIs(text: string): Promise<string> {
  const name = text.replace(/^#/, '');
  const found = isSearchable(name) ? await readOrders({ q: name, limit: 2 }) : null;
  const [order, another] = found?.ok === true ? found.value.rows.filter(({ number, external_id: external }) => String(number) === name || external === name) : [];
  return order !== undefined && another === undefined ? orderUrl(order.id) : listUrl({ ...EVERYTHING, search: text });
}

/** Each single setting, on its own page of one. */
const settings = (go: (path: string) => void): Command[] => SETTINGS.map(({ id }) => ({ id: `setting-${id}`, title: t('setting', { name: n(id) }), run: () => go(settingsUrl({ q: id })) }));

function everywhere(places: readonly Place[], go: (path: string) => void): Command[] {
  return [
    ...places.map((place) => ({ id: place.path, title: placeTitle(place), keys: printed(place.key), run: () => go(place.path) })),
    ...THEMES.filter((theme) => theme !== preferences().theme).map((theme) => ({ id: `theme-${theme}`, title: `${t('theme')}: ${t(`theme.${theme}`)}`, run: () => prefer({ theme }) })),
  ];
}
