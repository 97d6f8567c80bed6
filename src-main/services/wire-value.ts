import type { WireValue } from '#contract';
import { serviceLimits } from './limits.ts';

/**
 * True when the value is JSON within bounds. Ports carry more than JSON (dates, maps, cycles), so a value from a page
 * is looked through before anything relies on it.
 */
export function isWireValue(value: unknown): value is WireValue {
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let nodeCount = 0;
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    nodeCount += 1;
    if (nodeCount > serviceLimits.valueNodesMax || entry.depth > serviceLimits.valueDepthMax) {
      return false;
    }
    const children = childrenOf(entry.value);
    if (children === undefined) return false;
    for (const child of children) stack.push({ value: child, depth: entry.depth + 1 });
  }
  return true;
}

/** What is inside a value; nothing inside a scalar; undefined when it is no JSON. */
function childrenOf(value: unknown): readonly unknown[] | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return [];
    case 'number':
      return Number.isFinite(value) ? [] : undefined;
    case 'object':
      if (value === null) return [];
      if (Array.isArray(value)) return value;
      return isPlainObject(value) ? Object.values(value) : undefined;
    default:
      return undefined;
  }
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
