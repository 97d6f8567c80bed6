import type { monaco } from './monaco.ts';

/** The name under which the worker knows a model. */
export function documentOf(model: monaco.editor.ITextModel): string {
  return model.uri.toString();
}
