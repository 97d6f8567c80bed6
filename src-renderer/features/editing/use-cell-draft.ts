/*
 * What is typed into the editor of a cell so far, and what it comes to when the editor is left: nothing, a value, or
 * something that cannot be one. The editor only draws it.
 */
import { useState } from 'react';
import type { CollectionInfo, DatabaseId } from '#contract';
import { useSetting } from '../../app/settings/settings-context.tsx';
import { type CellFormKind, formOf } from './cell-form-kind.ts';
import { booleanChoices, type Choice, fittingChoices, isBoolean } from './choices.ts';
import { type DateZone, dateText, otherZoneText, withZone } from './date-zone.ts';
import type { EditableCell } from './grid-actions.ts';
import { itemsIn, listText } from './list-text.ts';
import { type MarkedChoice, useMarkedChoice } from './use-marked-choice.ts';
import { useReferenceChoices } from './use-reference-choices.ts';
import { useUniqueProblem } from './use-unique-problem.ts';
import { type TypedValue, textOfValue, typedValue } from './value-text.ts';

type DraftOutcome = { readonly kind: 'nothing' } | TypedValue;

interface DraftNote {
  readonly text: string;
  readonly look: 'plain' | 'wrong' | 'doubtful';
}

export interface CellDraft {
  readonly form: CellFormKind;
  readonly text: string;
  readonly setText: (text: string) => void;
  /** The elements of a list, and what stands in its line. */
  readonly items: readonly string[];
  readonly setItems: (items: readonly string[]) => void;
  readonly typedItem: string;
  readonly setTypedItem: (text: string) => void;
  readonly choices: readonly Choice[];
  readonly marked: MarkedChoice;
  /** True for a line that becomes a text of several lines when a second one is typed or pasted. */
  readonly mayGrow: boolean;
  readonly isGrown: boolean;
  readonly grow: (text: string) => void;
  readonly zone: DateZone;
  readonly changeZone: () => void;
  readonly isWrong: boolean;
  readonly note: DraftNote;
  readonly outcome: DraftOutcome;
  /** The editor was to be left, and could not be. */
  readonly refuse: () => void;
}

export function useCellDraft(options: {
  readonly cell: EditableCell;
  readonly database: DatabaseId;
  readonly target: CollectionInfo | undefined;
  readonly initialText: string | undefined;
  readonly suggestions: readonly Choice[];
}): CellDraft {
  const { cell, initialText, suggestions } = options;
  const { field, value } = cell;
  const [isGrown, setGrown] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const form = isGrown ? 'text' : formOf(cell, suggestions);
  const [savedZone, setZone] = useSetting('data.zone');
  const zone: DateZone = savedZone === 'utc' ? 'utc' : 'local';
  const firstText = form === 'date' ? dateText(value, zone) : textOfValue(value, form === 'json');
  const isList = form === 'chips';
  const [text, setText] = useState(isList ? firstText : (initialText ?? firstText));
  const [typedItem, setTypedItem] = useState(isList ? (initialText ?? '') : '');
  const isUntouched = text === firstText && typedItem.trim() === '' && initialText === undefined;
  const items = isList ? itemsIn(text) : [];
  const whole = isList ? listText(withItem(items, typedItem), field) : withZone(text, field, zone);
  const typed = isUntouched ? undefined : checkedValue(whole, cell);
  const searched = isUntouched ? '' : text;
  const found = useReferenceChoices(options.database, options.target, searched);
  const isReference = form === 'reference';
  const given = isBoolean(field) ? booleanChoices : suggestions;
  const choices = isReference ? found.choices : fittingChoices(given, searched);
  const isStrict = isBoolean(field) || (isReference && found.isCurrent);
  const marked = useMarkedChoice(choices, isStrict);
  const taken = useUniqueProblem(cell, typed);
  const outcome = outcomeOf({ typed, marked: marked.choice, taken });
  // What names a document that is found is no id, and no fault either.
  const isNamed = isReference && choices.length > 0;
  const problem = typed?.kind === 'wrong' && !isNamed ? typed.message : taken;
  // The engine takes a reference to nothing; a person should know of it.
  const isLost = isReference && typed?.kind === 'value' && found.isCurrent && choices.length === 0;
  const typing =
    <Given>(change: (given: Given) => void) =>
    (next: Given) => {
      setRefused(false);
      change(next);
    };
  return {
    ...{ form, text, items, typedItem, choices, marked, isGrown, zone, outcome },
    setText: typing(setText),
    setItems: typing((next: readonly string[]) => setText(listText(next, field))),
    setTypedItem: typing(setTypedItem),
    mayGrow: form === 'choice' && field.type.kind === 'scalar' && field.type.name === 'String',
    grow: (next) => {
      setText(next);
      setGrown(true);
    },
    changeZone: () => {
      const next = zone === 'utc' ? 'local' : 'utc';
      setZone(next);
      if (isUntouched) setText(dateText(value, next));
    },
    isWrong: problem !== undefined,
    note: noteOf({
      refused: isRefused && outcome.kind === 'wrong' ? outcome.message : undefined,
      // What is staged may be wrong already: pasted, or by now taken.
      problem: problem ?? (isUntouched ? cell.problem : undefined),
      doubt: isLost ? `${field.references ?? 'It'} has no document of this id.` : undefined,
      hint: hintOf(form, typed, zone),
    }),
    refuse: () => setRefused(true),
  };
}

function withItem(items: readonly string[], typed: string): readonly string[] {
  return typed.trim() === '' ? items : [...items, typed.trim()];
}

function checkedValue(text: string, { field, problemOf }: EditableCell): TypedValue {
  const typed = typedValue(text, field);
  const message = typed.kind === 'value' ? problemOf?.(typed.value) : undefined;
  return message === undefined ? typed : { kind: 'wrong', message };
}

function outcomeOf(given: {
  readonly typed: TypedValue | undefined;
  readonly marked: Choice | undefined;
  readonly taken: string | undefined;
}): DraftOutcome {
  const { typed, marked, taken } = given;
  if (marked !== undefined) return { kind: 'value', value: marked.value };
  if (typed === undefined) return { kind: 'nothing' };
  if (typed.kind === 'wrong' || taken === undefined) return typed;
  return { kind: 'wrong', message: taken };
}

function noteOf(given: {
  readonly refused: string | undefined;
  readonly problem: string | undefined;
  readonly doubt: string | undefined;
  readonly hint: string;
}): DraftNote {
  const { refused, problem, doubt, hint } = given;
  if (refused !== undefined) {
    return { text: `${refused} Escape throws away what was typed.`, look: 'wrong' };
  }
  if (problem !== undefined) return { text: problem, look: 'wrong' };
  return doubt === undefined ? { text: hint, look: 'plain' } : { text: doubt, look: 'doubtful' };
}

function hintOf(form: CellFormKind, typed: TypedValue | undefined, zone: DateZone): string {
  switch (form) {
    case 'json':
      return 'JSON. Ctrl+Enter takes it.';
    case 'chips':
      return 'Enter adds; Enter again takes the list.';
    case 'reference':
      return 'Type what names it, or an id.';
    case 'date':
      return otherZoneText(typed, zone);
    case 'text':
      return 'Shift+Enter begins a line.';
    case 'line':
    case 'choice':
      return '';
  }
}
