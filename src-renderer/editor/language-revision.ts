/* Connects what changes a text with the language client: rename and code actions. */
import type { CodeAction, TextEdit } from '#engine/aql';
import { aqlLanguageId } from './aql-language.ts';
import type { LanguageClient } from './language-client.ts';
import { documentOf } from './language-document.ts';
import { monaco } from './monaco.ts';
import { offsetAt, rangeOfSpan, spanOfRange } from './text-positions.ts';

export function registerRevision(client: LanguageClient): void {
  monaco.languages.registerRenameProvider(aqlLanguageId, {
    async resolveRenameLocation(model, position, token) {
      const offset = offsetAt(model, position);
      const question = { name: 'renameTarget', offset } as const;
      const target = await client.askUntil(token, documentOf(model), question);
      if (target?.kind === 'name')
        return { range: rangeOfSpan(model, target.span), text: target.name };
      const range = rangeOfSpan(model, { start: offset, end: offset });
      return { range, text: '', rejectReason: target?.reason ?? 'Cancelled.' };
    },
    async provideRenameEdits(model, position, newName, token) {
      const version = model.getVersionId();
      const question = { name: 'rename', offset: offsetAt(model, position), newName } as const;
      const renamed = await client.askUntil(token, documentOf(model), question);
      if (renamed?.kind === 'edits') return workspaceEdit(model, version, renamed.edits);
      return { edits: [], rejectReason: renamed?.reason ?? 'Cancelled.' };
    },
  });
  monaco.languages.registerCodeActionProvider(
    aqlLanguageId,
    {
      async provideCodeActions(model, range, context, token) {
        const version = model.getVersionId();
        const question = { name: 'codeActions', span: spanOfRange(model, range) } as const;
        const found = (await client.askUntil(token, documentOf(model), question)) ?? [];
        const actions = found
          .map((action) => actionOf(model, version, action, context.markers))
          .filter(({ kind }) => context.only === undefined || kind?.startsWith(context.only));
        return { actions, dispose: () => undefined };
      },
    },
    { providedCodeActionKinds: Object.values(actionKinds) },
  );
}

const actionKinds: Readonly<Record<CodeAction['kind'], string>> = {
  quickfix: 'quickfix',
  extract: 'refactor.extract',
  rewrite: 'refactor.rewrite',
};

function actionOf(
  model: monaco.editor.ITextModel,
  version: number,
  { title, kind, edits, diagnostic }: CodeAction,
  markers: readonly monaco.editor.IMarkerData[],
): monaco.languages.CodeAction {
  const base = {
    title,
    kind: actionKinds[kind],
    edit: workspaceEdit(model, version, edits),
  };
  if (diagnostic === undefined) return base;
  const at = rangeOfSpan(model, diagnostic.span);
  const resolved = markers.filter((marker) => monaco.Range.equalsRange(marker, at));
  return { ...base, isPreferred: true, diagnostics: [...resolved] };
}

/** Edits of a text as it was at a version; Monaco refuses them when it has changed since. */
function workspaceEdit(
  model: monaco.editor.ITextModel,
  versionId: number,
  edits: readonly TextEdit[],
): monaco.languages.WorkspaceEdit {
  return {
    edits: edits.map(({ span, text }) => ({
      resource: model.uri,
      versionId,
      textEdit: { range: rangeOfSpan(model, span), text },
    })),
  };
}
