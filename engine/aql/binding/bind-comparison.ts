import type { Operand } from '../bound.ts';
import type { FieldType } from '../field-type.ts';
import type { FilterOperatorInfo } from '../filter-operators.ts';
import type { ValueNode } from '../syntax/ast.ts';
import { bindOperand, listOperand } from './bind-operand.ts';
import { type BindingContext, report } from './binding-context.ts';
import { intType, stringType } from './field-access.ts';
import { wrapping } from './suggest.ts';

/** Binds what stands on the right of an operator, in the shape that the operator takes. */
export function bindByShape(
  context: BindingContext,
  { type, name }: { readonly type: FieldType; readonly name: string },
  info: FilterOperatorInfo,
  node: ValueNode,
): Operand | undefined {
  const place = `"${info.name}" on "${name}"`;
  const element = type.kind === 'list' ? type.element : type;
  const bind = (value: ValueNode, wanted: FieldType) =>
    bindOperand(context, value, { type: wanted, use: 'filter', place });
  switch (info.operand) {
    case 'value':
      return bind(node, type);
    case 'element':
      return bind(node, element);
    case 'text':
      return bind(node, stringType);
    case 'true':
      return bind(node, { kind: 'scalar', name: 'Boolean' });
    case 'lengthFilter':
      return bind(node, intType);
    case 'values':
    case 'elements':
    case 'pair': {
      const itemType = info.operand === 'elements' ? element : type;
      if (node.kind === 'variable') return bind(node, { kind: 'list', element: itemType });
      const isPair = info.operand === 'pair';
      if (node.kind === 'list' && (!isPair || node.items.length === 2)) {
        return listOperand(node.items.map((item) => bind(item, itemType)));
      }
      const isOne = node.kind !== 'list' && !isPair;
      return report(context, node.span, {
        code: 'TypeMismatch',
        message: `"${info.name}" takes a list of ${isPair ? 'two ' : ''}values.`,
        hint: isPair ? 'Write between: [low, high].' : `Write ${info.name}: [ … ].`,
        fix: isOne ? wrapping(node.span, '[', ']', 'Put it into a list') : undefined,
      });
    }
  }
}
