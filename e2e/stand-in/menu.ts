import { refuseUnknown, strict } from './strict.ts';

const knownKeys = [
  'label',
  'role',
  'type',
  'submenu',
  'click',
  'accelerator',
  'registerAccelerator',
  'enabled',
  'visible',
  'id',
];
const knownRoles = [
  'about appMenu close copy cut delete editMenu fileMenu front help hide hideOthers minimize',
  'paste pasteAndMatchStyle quit redo reload resetZoom selectAll services toggleDevTools',
  'togglefullscreen undo unhide viewMenu window windowMenu zoom zoomIn zoomOut',
].flatMap((line) => line.split(' '));

export interface MenuItemTemplate {
  readonly label?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly MenuItemTemplate[];
  readonly click?: (item: object, window: unknown, event: object) => void;
}

export interface StandInMenu {
  readonly items: readonly MenuItemTemplate[];
}

let applicationMenu: StandInMenu | null = null;

export const Menu = strict('Menu', {
  buildFromTemplate(template: readonly MenuItemTemplate[]): StandInMenu {
    template.forEach(check);
    return strict('menu', { items: template });
  },
  setApplicationMenu(menu: StandInMenu | null): void {
    applicationMenu = menu;
  },
});

function check(item: MenuItemTemplate): void {
  refuseUnknown('a menu item', item, knownKeys);
  if (item.role !== undefined && !knownRoles.includes(item.role)) {
    throw new Error(`Electron has no menu role "${item.role}"`);
  }
  item.submenu?.forEach(check);
}

/** Clicks the item at a path of labels, such as `['Query', 'Run']`. */
export function clickMenu(path: readonly string[], window: unknown): void {
  let items = applicationMenu?.items ?? [];
  let item: MenuItemTemplate | undefined;
  for (const label of path) {
    item = items.find((candidate) => candidate.label === label);
    if (!item) {
      const labels = items.map((candidate) => candidate.label ?? candidate.role ?? '–').join(', ');
      throw new Error(`The menu has no "${path.join(' › ')}": "${label}" is not among ${labels}`);
    }
    items = item.submenu ?? [];
  }
  if (item?.enabled === false) throw new Error(`The menu item "${path.join(' › ')}" is disabled`);
  if (!item?.click) throw new Error(`The menu item "${path.join(' › ')}" does nothing`);
  item.click(strict('menuItem', { ...item }), window, {});
}
