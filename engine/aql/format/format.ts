import { parse } from '../syntax/parse.ts';
import { type Group, type Item, type Piece, readTokenTree } from './token-tree.ts';

const widthMax = 80;
const indentText = '    ';

/**
 * Lays out AQL text: one field, argument or entry a line where a line would become too long, comments kept. Formatting
 * twice gives the same as once. A text with syntax errors comes back unchanged.
 */
export function format(text: string): string {
  const { document, diagnostics } = parse(text);
  if (diagnostics.length > 0) return text;
  const tree = readTokenTree(
    text,
    document.definitions.map(({ node }) => node),
  );
  const lines = new Lines();
  const last = tree.items.length - 1;
  tree.items.forEach((item, index) => {
    if (index > 0) lines.blank();
    printItem(lines, item, 0, '');
    if (index === last && tree.dangling.length > 0) lines.blank();
  });
  for (const comment of tree.dangling) lines.line(0, comment);
  return lines.finish();
}

/** Text under construction. */
class Lines {
  #done: string[] = [];
  #open: string | undefined;

  get column(): number {
    const open = this.#open ?? '';
    return open.length - (open.lastIndexOf('\n') + 1);
  }

  start(depth: number): void {
    this.end();
    this.#open = indentText.repeat(depth);
  }

  add(text: string): void {
    this.#open = (this.#open ?? '') + text;
  }

  end(): void {
    if (this.#open !== undefined) this.#done.push(this.#open);
    this.#open = undefined;
  }

  line(depth: number, text: string): void {
    this.start(depth);
    this.add(text);
    this.end();
  }

  blank(): void {
    this.end();
    if (this.#done.length > 0) this.#done.push('');
  }

  finish(): string {
    this.end();
    return this.#done.length === 0 ? '' : `${this.#done.join('\n')}\n`;
  }
}

function printItem(lines: Lines, item: Item, depth: number, separator: string): void {
  for (const comment of item.leading) lines.line(depth, comment);
  lines.start(depth);
  item.pieces.forEach((piece, index) => {
    lines.add(gapBetween(item.pieces[index - 1], piece));
    if (piece.kind === 'group') printGroup(lines, piece, depth, restOf(item.pieces, index));
    else lines.add(piece.text);
    if (piece.kind === 'description') lines.start(depth);
  });
  lines.add(separator);
  if (item.trailing !== undefined) lines.add(` ${item.trailing}`);
  lines.end();
}

function printGroup(lines: Lines, group: Group, depth: number, rest: number): void {
  const flat = flatGroup(group);
  if (flat !== undefined && lines.column + flat.length + rest <= widthMax) {
    lines.add(flat);
    return;
  }
  lines.add(group.open);
  lines.end();
  const separator = holdsLines(group) ? '' : ',';
  const last = group.items.length - 1;
  group.items.forEach((item, index) => {
    if (index > 0 && item.hasBlankLineBefore && holdsLines(group)) lines.blank();
    printItem(lines, item, depth + 1, index === last ? '' : separator);
  });
  for (const comment of group.dangling) lines.line(depth + 1, comment);
  lines.start(depth);
  lines.add(group.close);
}

/** How much certainly follows on the line of a group: up to the next bracket. */
function restOf(pieces: readonly Piece[], index: number): number {
  let length = 0;
  for (let at = index + 1; at < pieces.length; at++) {
    const piece = pieces[at];
    if (piece === undefined) break;
    length += gapBetween(pieces[at - 1], piece).length;
    if (piece.kind === 'group') return length + 1;
    length += piece.text.length;
  }
  return length;
}

/** The group on one line; `undefined` when it may not stand on one. */
function flatGroup(group: Group): string | undefined {
  if (group.dangling.length > 0) return undefined;
  if (group.items.length === 0) return group.open + group.close;
  if (holdsLines(group) && !isShortBlock(group)) return undefined;
  const parts: string[] = [];
  for (const item of group.items) {
    const part = flatItem(item);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const inside = parts.join(holdsLines(group) ? ' ' : ', ');
  const pad = group.open === '{' ? ' ' : '';
  return group.open + pad + inside + pad + group.close;
}

/** One item a line, without commas. */
function holdsLines({ shape }: Group): boolean {
  return shape === 'selection' || shape === 'statements';
}

/** Plain names stay on one line if they were written so, as in `{ id }`, and so does a single definition. */
function isShortBlock({ shape, items, wasOnOneLine }: Group): boolean {
  const isShort = shape === 'selection' || items.length === 1;
  const isPlain = items.every(({ pieces }) => pieces.every((piece) => piece.kind !== 'group'));
  return wasOnOneLine && isShort && isPlain;
}

function flatItem(item: Item): string | undefined {
  if (item.leading.length > 0 || item.trailing !== undefined) return undefined;
  let text = '';
  for (const [index, piece] of item.pieces.entries()) {
    const part = piece.kind === 'group' ? flatGroup(piece) : piece.text;
    if (part === undefined || part.includes('\n')) return undefined;
    text += gapBetween(item.pieces[index - 1], piece) + part;
  }
  return text;
}

function gapBetween(before: Piece | undefined, after: Piece): string {
  if (before === undefined || before.kind === 'prefix' || before.kind === 'description') return '';
  if (before.kind === 'operator' || after.kind === 'operator') return ' ';
  if (after.kind === 'group') return after.shape === 'arguments' ? '' : ' ';
  if (after.text === ':' || after.text === '!' || after.text === '.') return '';
  const isSpread = before.kind === 'token' && before.text === '...';
  return isSpread && after.text !== 'on' && after.text !== '@' ? '' : ' ';
}
