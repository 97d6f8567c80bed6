/*
 * Where engine/tsconfig.json sends imports of Electron and React. The file is no part of the engine's project, so such
 * an import does not compile (TS6307), although both packages are installed.
 */
export {};
