/* How AQL looks and how its editor behaves: colours by Monarch, brackets, comments, indentation. Data only. */
import type { languages } from 'monaco-editor/editor';

export const aqlLanguageId = 'aql';

export const aqlConfiguration: languages.LanguageConfiguration = {
  comments: { lineComment: '#' },
  brackets: [
    ['{', '}'],
    ['[', ']'],
    ['(', ')'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}', notIn: ['string', 'comment'] },
    { open: '[', close: ']', notIn: ['string', 'comment'] },
    { open: '(', close: ')', notIn: ['string', 'comment'] },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
  ],
  surroundingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '(', close: ')' },
    { open: '"', close: '"' },
  ],
  wordPattern: /[A-Za-z_]\w*/,
  indentationRules: {
    increaseIndentPattern: /^[^#"]*[{[(]\s*(#.*)?$/,
    decreaseIndentPattern: /^\s*[}\])]/,
  },
};

const statementWords = '(query|mutation|subscription|fragment|schema|migrate)';
const functionNames = '(insertInto|insertMany|insert|update|deleteFrom|delete|upsert)';
const typeNames = '(String|Int|Float|Boolean|Bool|Uuid|ID|DateTime|Object|Any)';

/**
 * Words are keywords only where the grammar reads them so: statements begin outside all braces, and `define` stands
 * before `collection`. Everywhere else the same words are names.
 */
export const aqlTokens: languages.IMonarchLanguage = {
  defaultToken: '',
  tokenPostfix: '.aql',
  brackets: [
    { open: '{', close: '}', token: 'delimiter.brace' },
    { open: '[', close: ']', token: 'delimiter.square' },
    { open: '(', close: ')', token: 'delimiter.parenthesis' },
  ],
  tokenizer: {
    root: [
      [new RegExp(`${statementWords}\\b`), 'keyword'],
      [/on\b/, 'keyword'],
      [/\{/, { token: '@brackets', next: '@body' }],
      { include: '@common' },
    ],
    body: [
      [/\{/, { token: '@brackets', next: '@push' }],
      [/\}/, { token: '@brackets', next: '@pop' }],
      [/(define|drop|alter|create)(?=\s+(collection|handler)\b)/, 'keyword'],
      [/collection(?=\s+[A-Za-z_])/, 'keyword'],
      [/if(?=\s+(not\s+)?exists\b)/, 'keyword'],
      [/not(?=\s+exists\b)/, 'keyword'],
      [/exists(?=\s+[A-Za-z_])/, 'keyword'],
      [new RegExp(`${functionNames}(?=\\s*\\()`), 'function'],
      { include: '@common' },
    ],
    common: [
      [/[\s,]+/, 'white'],
      [/#.*$/, 'comment'],
      [/"""/, { token: 'string', next: '@blockString' }],
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'key'],
      [/"(?:[^"\\]|\\.)*"?/, 'string'],
      [/(\.\.\.)(\s*)(on\b)/, ['operator', 'white', 'keyword']],
      [/\.\.\./, 'operator'],
      [/(\$)([A-Za-z_]\w*)/, ['variable', 'variable']],
      [/@[A-Za-z_]\w*/, 'annotation'],
      [/-?\d[\w.]*/, 'number'],
      [/(true|false|null)\b(?!\s*:)/, 'constant'],
      [/(ASC|DESC)\b(?!\s*:)/, 'constant'],
      [new RegExp(`${typeNames}\\b(?!\\s*:)`), 'type'],
      [/[A-Za-z_]\w*(?=\s*:)/, 'key'],
      [/[A-Za-z_]\w*/, 'identifier'],
      [/[()[\]]/, '@brackets'],
      [/[:=!]/, 'delimiter'],
    ],
    blockString: [
      [/\\"""/, 'string'],
      [/"""/, { token: 'string', next: '@pop' }],
      [/[^"\\]+|["\\]/, 'string'],
    ],
  },
};
