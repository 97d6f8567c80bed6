import { createContext, useContext } from 'react';
import type { ImportRequest } from './import-wizard.ts';

/** Opens the wizard; undefined where nothing can be imported, as into a database that is read-only. */
export type OpenImport = (request: ImportRequest) => void;

export const ImportContext = createContext<OpenImport | undefined>(undefined);

export function useImport(): OpenImport | undefined {
  return useContext(ImportContext);
}
