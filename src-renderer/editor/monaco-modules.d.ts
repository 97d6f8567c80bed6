/*
 * Monaco ships these without declarations. `features/suggest/register` brings inline suggestions only; the list of
 * completions is a contribution of its own. So are semantic tokens of whole documents: `features/semanticTokens/register`
 * brings those of the visible part.
 */
declare module 'monaco-editor/editor/contrib/semanticTokens/browser/documentSemanticTokens';
declare module 'monaco-editor/editor/contrib/suggest/browser/suggestController';
