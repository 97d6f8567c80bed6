/* The grid of the studio over rows that are computed when they are asked for: ten million of them, or as many as wanted. */
import { createRoot } from 'react-dom/client';
import '../../src-renderer/app/theme/base.css';
import '../../src-renderer/app/theme/tokens.css';
import type { GridColumn } from '../../src-renderer/grid/cell-value.ts';
import { beforePainting } from '../../src-renderer/grid/change-signal.ts';
import { Grid } from '../../src-renderer/grid/grid.tsx';
import { WindowRows } from '../../src-renderer/grid/window-rows.ts';
import type { WindowRequest, WindowRow } from '../../src-renderer/grid/window-source.ts';

declare global {
  interface Window {
    mountGrid(rowCount: number): void;
  }
}

const sourceMs = 3;
const columns: readonly GridColumn[] = Array.from({ length: 12 }, (_, at) => ({
  name: `column ${at}`,
  path: `column ${at}`,
  nullable: false,
  type: { kind: 'scalar', name: at % 2 === 0 ? 'String' : 'Int' },
}));

function firstOf(request: WindowRequest, rowCount: number): number {
  switch (request.from) {
    case 'offset':
      return request.offset;
    case 'after':
      return Number(request.cursor) + 1;
    case 'before':
      return Number(request.cursor) - request.rowsMax;
    case 'end':
      return rowCount - request.rowsMax;
  }
}

function rowAt(row: number): WindowRow {
  const values = columns.map((_, at) => (at % 2 === 0 ? `value ${row} ${at}` : row * at));
  return { key: `row ${row}`, cursor: String(row), values };
}

window.mountGrid = (rowCount) => {
  const model = new WindowRows({
    columnCount: columns.length,
    total: rowCount,
    schedule: beforePainting,
    source: async (request) => {
      await new Promise((resolve) => setTimeout(resolve, sourceMs));
      const first = Math.max(0, firstOf(request, rowCount));
      const count = Math.min(request.rowsMax, rowCount - first);
      return Array.from({ length: count }, (_, at) => rowAt(first + at));
    },
  });
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no element "root"');
  createRoot(root).render(<Grid model={model} columns={columns} label="Rows" />);
};
