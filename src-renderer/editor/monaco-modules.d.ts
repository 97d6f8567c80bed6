/*
 * Monaco ships these without declarations. `features/suggest/register` brings inline suggestions only; the list of
 * completions is a contribution of its own.
 */
declare module 'monaco-editor/editor/contrib/suggest/browser/suggestController';
